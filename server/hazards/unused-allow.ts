import type { Finding } from '../model/finding'
import type { Span } from '../model/span'

/** `-- lockscope: allow long-lock because the table is empty in production`, in the comments before a statement. */
export interface Directive {
  readonly hazard: string
  /** Absent where none is given: then nothing is allowed. */
  readonly reason?: string
  /** Relative to the start of the statement, so negative where the comment stands before it. */
  readonly span: Span
}

/** An allow that allows nothing, or gives no reason, is a finding itself: it would hide the next one. */
export const unusedAllow = (directives: readonly Directive[], found: readonly Finding[], names: readonly string[]): readonly Finding[] =>
  directives.flatMap((directive): Finding[] => {
    const problem = !names.includes(directive.hazard)
      ? `There is no hazard \`${directive.hazard}\`: there are ${names.map((name) => `\`${name}\``).join(', ')}.`
      : directive.reason === undefined
        ? `Give a reason: \`-- lockscope: allow ${directive.hazard} because …\`. Until then nothing is allowed.`
        : found.some((finding) => finding.hazard === directive.hazard)
          ? undefined
          : `Allows \`${directive.hazard}\`, which is not found here. Remove it.`
    return problem === undefined ? [] : [{ hazard: 'unused-allow', severity: 'warning', span: directive.span, message: problem, related: [] }]
  })
