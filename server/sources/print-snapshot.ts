import type { Snapshot } from '../model/snapshot'

/** The text of a snapshot file, laid out as the server's own: a line for each fact of the whole, each setting, column, constraint, index, trigger and rule. */
export function printSnapshot(snapshot: Snapshot): string {
  const facts = Object.entries(snapshot).filter(([, value]) => value !== undefined)
  return `{\n${facts.map(([key, value]) => `${JSON.stringify(key)}:${sections.has(key) ? section(value as object) : key === 'statements' ? list(value as readonly unknown[]) : JSON.stringify(value)}`).join(',\n')}\n}\n`
}

const sections: ReadonlySet<string> = new Set<keyof Snapshot>(['settings', 'migrations', 'tables', 'views', 'sequences', 'types', 'publications', 'dependents', 'functions'])
const lists: ReadonlySet<string> = new Set(['columns', 'constraints', 'indexes', 'triggers', 'rules', 'policies'])

const list = (items: readonly unknown[]): string => (items.length === 0 ? '[]' : `[\n${items.map((one) => JSON.stringify(one)).join(',\n')}\n]`)

const section = (entries: object): string => {
  const lines = Object.entries(entries).map(([name, value]) => `${JSON.stringify(name)}:${typeof value === 'object' && !Array.isArray(value) ? entry(value as object) : JSON.stringify(value)}`)
  return lines.length === 0 ? '{\n}' : `{\n${lines.join(',\n')}\n}`
}

function entry(value: object): string {
  const facts = Object.entries(value).filter(([, fact]) => fact !== undefined)
  const isList = ([key, fact]: [string, unknown]): boolean => lists.has(key) && Array.isArray(fact)
  const before = facts.findIndex(isList)
  const short = before < 0 ? facts : facts.slice(0, before)
  const long = before < 0 ? [] : facts.slice(before)
  const first = short.map(([key, fact]) => `${JSON.stringify(key)}:${JSON.stringify(fact)}`).join(',')
  const rest = long.map(([key, fact]) => `${JSON.stringify(key)}:${isList([key, fact]) ? list(fact as readonly unknown[]) : JSON.stringify(fact)}`)
  return `{${[...(first === '' ? [] : [first]), ...rest].join(',\n')}}`
}
