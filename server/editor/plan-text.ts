import { formatMs, formatRange } from '../model/format'
import type { Plan, StageBack, Stage as StageName, Step } from '../model/plan'
import { split } from '../sql/split'
import { Tokens } from '../sql/tokens'

/** How the place writes its lines. */
export interface Layout {
  /** Blanks before the statement's first line. */
  readonly indentation: string
  readonly lineEnd: '\n' | '\r\n'
}

export interface Stage {
  readonly name: StageName
  readonly heading: string
  /** What running application code must do before it begins, a sentence. */
  readonly code?: string | undefined
  readonly steps: readonly Step[]
  readonly back?: StageBack | undefined
}

export const stagesOf = (plan: Plan): readonly Stage[] =>
  [
    { name: 'expand' as const, heading: '-- expand: before the new code runs', steps: plan.expand, back: plan.back?.expand },
    { name: 'migrate' as const, heading: `-- migrate: ${plan.code?.migrate === undefined ? 'fills what is there, while old code and new run' : 'in a later migration, behind a deploy'}`, code: plan.code?.migrate, steps: plan.migrate, back: plan.back?.migrate },
    { name: 'contract' as const, heading: '-- contract: in a later migration, once only the new code runs', code: plan.code?.contract, steps: plan.contract, back: plan.back?.contract },
  ].filter((stage) => stage.steps.length > 0)

/** The statements of the steps, under headings where there is more than one stage. The first line is not indented, for it stands where the statement stood. */
export function layOut(stages: readonly Stage[], layout: Layout): string {
  const headed = stages.length > 1
  const blocks = stages.map(({ heading, code, steps }) => [...(headed ? [heading] : []), ...required(code), ...steps.map((step) => indentStatements(step.sql, layout.indentation))].join(`\n${layout.indentation}`))
  return blocks.join(`\n\n${layout.indentation}`).replaceAll(/\r\n|\n/g, layout.lineEnd)
}

/** The plan for reading: what each step is for, how it must run and how to see that it is done; of each stage what to watch, and how to go back. */
export const printPlan = (plan: Plan): string =>
  print(
    plan,
    (step) => (step.verify === undefined ? [] : asked('Before going on: done when no row comes back', [step.verify])),
    ({ steps, back }) => [...asked('Meanwhile, to watch', steps.flatMap((step) => step.watch ?? [])), ...backwards(back)],
  )

/** The steps alone, where there is little room. */
export const printSteps = (plan: Plan): string => print(plan, () => [], () => [])

function print(plan: Plan, below: (step: Step) => readonly string[], after: (stage: Stage) => readonly string[]): string {
  const stages = stagesOf(plan)
  const printStep = (step: Step): string => [`-- ${step.why}${lasts(step)}${transactionNote[step.transaction]}`, step.sql, ...below(step)].join('\n')
  const printStage = (stage: Stage): readonly string[] => {
    const head = [...(stages.length > 1 ? [stage.heading] : []), ...required(stage.code)]
    const tail = after(stage)
    return ['', ...(head.length > 0 ? [...head, ''] : []), stage.steps.map(printStep).join('\n\n'), ...(tail.length > 0 ? ['', ...tail] : [])]
  }
  return [`-- ${plan.title}.`, `-- ${fits[plan.fit]}`, ...stages.flatMap(printStage)].join('\n').concat('\n')
}

export const required = (code: string | undefined): readonly string[] => (code === undefined ? [] : [`-- Deployed before: ${code}`])

function asked(when: string, queries: readonly string[]): readonly string[] {
  const statements = queries.flatMap((query) => split(query).map(({ span }) => `${query.slice(span.start, span.end)};`))
  return statements.length === 0 ? [] : [`-- ${when}:`, ...[...new Set(statements)].flatMap(commented)]
}

function backwards(back: StageBack | undefined): readonly string[] {
  if (!back) return []
  const { sql, duration, stopsAt } = back
  const end = stopsAt === undefined ? [] : [`-- There is no way back from ${stopsAt}.`]
  if (sql === '') return stopsAt === undefined ? ['-- Way back: nothing has to be undone.'] : end
  const long = duration === undefined ? 'how long is not known' : duration.highMs < 1000 ? 'a moment' : formatRange(duration)
  return [`-- Way back (${long}):`, ...commented(sql), ...end]
}

const commented = (sql: string): readonly string[] => sql.split(/\r\n|\n/).map((line) => `--   ${line}`.trimEnd())

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

/** Of what is over in a moment, nobody needs to be told. */
const lasts = ({ duration }: Step): string => (duration && duration.highMs >= 1000 ? ` Takes ${duration.lowMs < 1000 ? `up to ${formatMs(duration.highMs)}` : formatRange(duration)}.` : '')

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
