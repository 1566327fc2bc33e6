import type { Plan, Step } from '../model/plan'
import { split } from '../sql/split'
import { Tokens } from '../sql/tokens'

/** How the place writes its lines. */
export interface Layout {
  /** Blanks before the statement's first line. */
  readonly indentation: string
  readonly lineEnd: '\n' | '\r\n'
}

export interface Stage {
  readonly heading: string
  readonly steps: readonly Step[]
}

export const stagesOf = (plan: Plan): readonly Stage[] =>
  [
    { heading: '-- expand: before the new code runs', steps: plan.expand },
    { heading: '-- migrate: fills what is there, while old code and new run', steps: plan.migrate },
    { heading: '-- contract: in a later migration, once only the new code runs', steps: plan.contract },
  ].filter((stage) => stage.steps.length > 0)

/** The statements of the steps, under headings where there is more than one stage. The first line is not indented, for it stands where the statement stood. */
export function layOut(stages: readonly Stage[], layout: Layout): string {
  const headed = stages.length > 1
  const blocks = stages.map(({ heading, steps }) => [...(headed ? [heading] : []), ...steps.map((step) => indentStatements(step.sql, layout.indentation))].join(`\n${layout.indentation}`))
  return blocks.join(`\n\n${layout.indentation}`).replaceAll(/\r\n|\n/g, layout.lineEnd)
}

/** The plan for reading: what each step is for, and how it must run. */
export function printPlan(plan: Plan): string {
  const stages = stagesOf(plan)
  const printStep = (step: Step): string => [`-- ${step.why}${transactionNote[step.transaction]}`, step.sql].join('\n')
  return [`-- ${plan.title}.`, `-- ${fits[plan.fit]}`, ...stages.flatMap(({ heading, steps }) => ['', ...(stages.length > 1 ? [heading, ''] : []), steps.map(printStep).join('\n\n')])].join('\n').concat('\n')
}

/** Comments inside a statement that the text in its place no longer holds, one line each. */
export function lostComments(sql: string, replacement: string): readonly string[] {
  const tokens = new Tokens(sql)
  const lost: string[] = []
  let at = 0
  for (let i = 0; i <= tokens.count; i++) {
    // Between two tokens there is nothing but blanks and comments.
    const gap = sql.slice(at, i < tokens.count ? tokens.starts[i] : sql.length).trim()
    if (gap !== '' && !replacement.includes(gap)) lost.push(...gap.split(/\r\n|\n/).map((line) => line.trim()))
    at = tokens.ends[i] ?? sql.length
  }
  return lost.filter((line) => line !== '')
}

const fits: Record<Plan['fit'], string> = {
  equivalent: 'Ends in the same schema; may be applied at once.',
  staged: 'In stages: what stands under a later heading, or outside the transaction, runs later.',
  outline: 'For reading: it needs decisions that Lockscope cannot make.',
}

const transactionNote: Record<Step['transaction'], string> = { shared: '', own: ' In a transaction of its own.', none: ' Outside any transaction.' }

/** Only the first line of each statement is moved: a later one may be inside a literal, or is the author's own. */
function indentStatements(sql: string, indentation: string): string {
  if (indentation === '') return sql
  let result = ''
  let at = 0
  for (const { span } of split(sql)) {
    const lineStart = sql.lastIndexOf('\n', span.start - 1) + 1
    const isFirstLine = lineStart === 0
    if (!isFirstLine && lineStart >= at && sql.slice(lineStart, span.start) === '') {
      result += sql.slice(at, lineStart) + indentation
      at = lineStart
    }
  }
  return result + sql.slice(at)
}
