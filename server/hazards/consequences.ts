import type { Consequence } from '../model/assessed'
import type { Finding, Severity } from '../model/finding'

/** One finding for each sentence; the same sentence of several partitions is said once. */
export const fromConsequences = (hazard: string, severity: (consequence: Consequence) => Severity, consequences: readonly Consequence[]): readonly Finding[] =>
  consequences
    .filter((one, index) => consequences.findIndex((other) => other.sentence === one.sentence) === index)
    .map((one): Finding => ({ hazard, severity: severity(one), span: one.span, message: one.sentence, related: [], ...(one.missed && { missed: one.missed }) }))
