import type { InlayHint } from 'vscode-languageserver-types'
import type { Assessed } from '../model/assessed'
import { formatRange, formatRows } from '../model/format'
import { shortName } from '../model/name'
import type { Span } from '../model/span'
import { effectsOnOthers, isSizeWanted, lockedBy, tableOf, tablesOf, timeOf, works } from './summary'
import { endWithSemicolon, statementsIn } from './view'
import type { View } from './view'

/** One hint at the end of each statement that takes a lock worth a word. */
export function inlayHints(view: View, within: Span): InlayHint[] {
  return statementsIn(view, within).flatMap((index): InlayHint[] => {
    const statement = view.analysis.statements[index]!
    const label = hintLabel(statement.assessed, longestHint)
    if (label === undefined) return []
    return [{ position: view.analysis.lines.position(endWithSemicolon(view.text, statement.span.end)), label, paddingLeft: true, tooltip: tooltip(statement.assessed) }]
  })
}

/** `ACCESS EXCLUSIVE · orders +2 · ~4 min`. */
export function hintLabel(assessed: Assessed, longest = Infinity): string | undefined {
  const effects = effectsOnOthers(assessed)
  const main = effects[0]
  if (!main) return assessed.effects.length > 0 ? newThing(assessed) : undefined
  // Every query takes it, and only what nobody does in passing stops for it.
  if (main.lock === 'ACCESS SHARE') return undefined
  const others = tablesOf(effects.filter((effect) => effect.lock !== 'ACCESS SHARE')).length - 1
  const more = others > 0 ? ` +${others}` : ''
  const label = (name: string): string => [main.lock, name + more, timeOf(assessed)].filter((part) => part !== undefined).join(' · ')
  const name = shortName(lockedBy(main, assessed))
  const over = label(name).length - longest
  return over <= 0 ? label(name) : label(`${name.slice(0, Math.max(1, name.length - over - 1))}…`)
}

/** VS Code cuts a hint behind so many characters (`editor.inlayHints.maximumLength`), and the time, which counts most, stands last: the name gives way. */
const longestHint = 43

function newThing(assessed: Assessed): string {
  const made = assessed.operations.length === 1 ? /^create-(table|view|materialized-view|sequence)\b/.exec(assessed.operations[0]!.kind)?.[1] : undefined
  return `new ${made?.replace('-', ' ') ?? 'table'}`
}

function tooltip(assessed: Assessed): string {
  const effects = effectsOnOthers(assessed)
  if (effects.length === 0) return 'Nobody uses it before this migration has run.'
  const sized = effects.find((effect) => effect.work.length > 0 && effect.rows !== undefined)
  const reads = effects.some((effect) => effect.blocks.reads)
  const writes = effects.some((effect) => effect.blocks.writes)
  const stops = reads && writes ? 'Reads and writes wait' : writes ? 'Writes wait' : 'Nobody who reads or writes waits'
  const long = !works(assessed)
    ? (reads || writes) && ' for a moment, once the lock is granted'
    : assessed.duration
      ? `${reads || writes ? ' for' : '; it takes'} ${formatRange(assessed.duration)}`
      : `; how long is not known${isSizeWanted(assessed) ? ', for it grows with data whose size is not known' : ''}`
  return `${stops}${long || ''}${sized ? ` (${formatRows(sized.rows!)} in ${shortName(tableOf(sized))})` : ''}.`
}
