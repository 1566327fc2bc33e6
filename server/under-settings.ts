import type { Catalog } from './catalog/catalog'
import { quoteIdentifier, quoteLiteral } from './model/name'
import { inCase } from './sql/print'
import type { KeywordCase } from './sql/print'

/**
 * What runs elsewhere than the statement stood, in another session or behind the COMMIT that ends a SET LOCAL, finds what its author named by the author's settings.
 * Those of a transaction alone are taken back behind it.
 */
export function underSettings(sql: string, { searchPath, timeZone, defaults, lasting }: Catalog['surroundings'], keywords: KeywordCase): string {
  const usual = defaults ?? { searchPath: ['public'] }
  const settings = [
    { name: 'search_path', now: pathText(searchPath), usual: pathText(usual.searchPath), lasting: lasting && pathText(lasting.searchPath) },
    ...(timeZone && usual.timeZone ? [{ name: 'timezone', now: quoteLiteral(timeZone), usual: quoteLiteral(usual.timeZone), lasting: lasting && quoteLiteral(lasting.timeZone ?? usual.timeZone) }] : []),
  ].filter(({ now, usual: other }) => now !== other)
  const set = (name: string, value: string): string => inCase('SET', keywords) + ` ${name} = ${value};`
  const after = settings.flatMap(({ name, now, usual: other, lasting: outside }) => (outside === undefined || outside === now ? [] : [outside === other ? `${inCase('RESET', keywords)} ${name};` : set(name, outside)]))
  return [...settings.map(({ name, now }) => set(name, now)), sql, ...after].join('\n')
}

const pathText = (schemas: readonly string[]): string => (schemas.length === 0 ? "''" : schemas.map(quoteIdentifier).join(', '))
