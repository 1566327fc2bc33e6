import type { Consequence } from '../model/assessed'
import type { Finding } from '../model/finding'
import { formatMs, listWords } from '../model/format'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import { adviceFor } from '../model/plan'
import type { Plan } from '../model/plan'
import { fromConsequences } from './consequences'
import type { Hazard } from './hazard'

/** Application code that is running would fail from this moment on. */
export const brokenCode: Hazard = {
  name: 'broken-code',
  title: 'Running application code fails',
  find: ({ breaks, plan }) => brokenBy(breaks, plan),
}

/** With what to do, where there is a plan. */
export const brokenBy = (breaks: readonly Consequence[], plan?: Plan): readonly Finding[] =>
  fromConsequences('broken-code', () => 'warning', breaks).map((finding) => {
    const advice = plan && adviceFor(plan, finding.span)
    return advice === undefined ? finding : { ...finding, message: `${finding.message} ${advice}.` }
  })

/** What one transaction takes away and a later one makes again. */
export interface Gap {
  readonly relation: RelationName
  /** Absent: all of it. */
  readonly columns?: readonly string[]
  /** How much later; absent: a moment, or not known. */
  readonly ms?: number
  /** It is there without its rows at first. */
  readonly isFilledLater: boolean
}

/** The same as far as that goes. */
export function brokenMeanwhile(finding: Finding, { relation, columns, ms, isFilledLater }: Gap): Finding {
  const name = `\`${shortName(relation)}\``
  const named = columns ? `${listWords(columns.map((column) => `\`${column}\``))} of ${name}` : name
  const rows = isFilledLater ? ', and finds it without its rows until they are there' : ''
  return { ...finding, message: `Running code that names ${named} fails until that is made again${rows}${ms === undefined ? '' : `, ${formatMs(ms)} later`}: each statement is a transaction of its own.` }
}
