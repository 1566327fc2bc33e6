import type { TextEdit } from 'vscode-languageserver-types'
import type { AnalysedStatement } from '../model/assessed'
import type { Plan, Step } from '../model/plan'
import { stepsOf } from '../model/plan'
import { remembered } from '../model/remembered'
import type { Span } from '../model/span'
import { layOut, lostComments, stagesOf } from './plan-text'
import type { Layout, Stage } from './plan-text'
import { endWithSemicolon } from './view'
import type { View } from './view'

export interface PlanEdit {
  /** Where the steps went, as the end of the action's title. */
  readonly note: string
  readonly edits: readonly TextEdit[]
}

/** The edit that puts the plan of a statement into the file; none where the file cannot hold it. `isBehindFixed`: the statement before it gets its own plan in the same edit, and with it a semicolon. */
export function applyPlan(view: View, index: number, isBehindFixed = false): PlanEdit | undefined {
  const applied = planEdit(view, index, isBehindFixed)
  return applied?.edits.every(({ newText }) => tagsIn(newText).every((tag) => !openTags(view).has(tag))) ? applied : undefined
}

/** Tags of quotes that stand in the file without their other half: one more of them would quote what stands between. */
const openTags = remembered(({ text }: View): ReadonlySet<string> => {
  const once = new Set<string>()
  for (const tag of tagsIn(text)) if (!once.delete(tag)) once.add(tag)
  return once
})

const tagsIn = (text: string): readonly string[] => text.match(/\$[a-z_]\w*\$/gi) ?? []

function planEdit(view: View, index: number, isBehindFixed: boolean): PlanEdit | undefined {
  const statement = view.analysis.statements[index]!
  const plan = statement.assessed.plan
  if (!plan || plan.fit === 'outline' || !(isBehindFixed || isSetApart(view, index)) || stepsOf(plan).length === 0) return undefined
  const fitsHere = !statement.assessed.block || stepsOf(plan).every((step) => step.transaction === 'shared')
  if (fitsHere) return { note: plan.fit === 'staged' ? ' (in stages)' : '', edits: [...takenIn(view, index).map((one) => removal(view, one)), replacement(view, statement, stagesOf(plan))] }
  return aroundTransaction(view, index, plan)
}

/** The statements before it that its plan takes the place of as well. */
export const takenIn = ({ analysis: { statements } }: View, index: number): readonly AnalysedStatement[] => statements.slice(index - (statements[index]!.assessed.plan?.takesIn ?? 0), index)

/** One statement that does what several in a row do, in the place of the last of them; none where nothing is done again. */
export function oneInstead(view: View, index: number): PlanEdit | undefined {
  const statement = view.analysis.statements[index]!
  const { repeats } = statement.assessed
  if (!repeats || !isSetApart(view, index)) return undefined
  const step: Step = { kind: 'sql', sql: `${repeats.sql};`, transaction: 'shared', why: '' }
  const others = view.analysis.statements.slice(index - repeats.statements, index)
  return { note: ` (${repeats.kind === 'rewrite' ? 'rewritten' : 'read'} once rather than ${repeats.times} times)`, edits: [...others.map((one) => removal(view, one)), replacement(view, statement, [{ name: 'expand', heading: '', steps: [step] }])] }
}

/** Behind a statement without a semicolon, what is put before this one would be read as a part of that one. */
function isSetApart({ text, analysis: { statements } }: View, index: number): boolean {
  const before = statements[index - 1]?.span.end
  return before === undefined || endWithSemicolon(text, before) > before || text.slice(before, statements[index]!.span.start).includes('\\')
}

/**
 * In a transaction: the steps that may share it stay, and from the first that may not on, all follow its COMMIT.
 * Only where nothing in between has to do with the same relations, for that would meet another schema than before.
 */
function aroundTransaction(view: View, index: number, plan: Plan): PlanEdit | undefined {
  const { statements } = view.analysis
  const statement = statements[index]!
  // Behind the COMMIT of a message there is another transaction.
  if (statement.assessed.block?.tool !== undefined) return undefined
  const end = lastOfBlock(view, index)
  const commit = statements[end]!
  if (!/^(?:commit|end)(?:\s+(?:work|transaction))?$/i.test(commit.assessed.sql)) return undefined
  const others = takenIn(view, index)
  const touched = new Set([...others, statement].flatMap((one) => [...relationsOf(one)]))
  const between = statements.slice(index + 1, end)
  if (between.some((other) => other.assessed.unread.length > 0 || isSavepoint(other) || [...relationsOf(other)].some((relation) => touched.has(relation)))) return undefined

  const stages = stagesOf(plan)
  const { stay, moved } = cut(stages)
  const note = stages.length > 1 ? ' (in stages, after COMMIT)' : ' (after COMMIT)'
  const first = index - others.length
  const onlyOne = stay.length === 0 && statement.blockStart === first - 1 && end === index + 1
  const whole: Span = { start: statements[statement.blockStart]!.span.start, end: commit.span.end }
  if (onlyOne && nothingBetween(view, first - 1, end)) return { note: ' (without the transaction)', edits: [replaceSpan(view, whole, statement, moved)] }

  const layout = layoutAt(view, commit.span.start)
  const ended = endWithSemicolon(view.text, commit.span.end)
  const isEnded = ended > commit.span.end
  const lineEnd = endOfLine(view.text, ended)
  // A comment of one line stays with the COMMIT; another statement, or a comment that goes on, stays behind what is inserted.
  const afterCommit = isEnded && /^[ \t]*(?:--.*)?$/.test(view.text.slice(ended, lineEnd)) ? lineEnd : ended
  const insert: TextEdit = {
    range: view.analysis.lines.range({ start: afterCommit, end: afterCommit }),
    newText: `${isEnded ? '' : ';'}${layout.lineEnd}${layout.lineEnd}${layout.indentation}${layOut(moved, layout)}`,
  }
  return { note, edits: [...others.map((one) => removal(view, one)), stay.length > 0 ? replacement(view, statement, stay) : removal(view, statement), insert] }
}

export const replacement = (view: View, statement: AnalysedStatement, stages: readonly Stage[]): TextEdit => replaceSpan(view, statement.span, statement, stages)

/** The semicolon in the file stays, so the last step's own goes. */
function replaceSpan(view: View, span: Span, statement: AnalysedStatement, stages: readonly Stage[]): TextEdit {
  const layout = layoutAt(view, span.start)
  const text = layOut(stages, layout)
  const comments = lostComments(statement.assessed.sql, text).map((comment) => `${comment}${layout.lineEnd}${layout.indentation}`)
  const ended = endWithSemicolon(view.text, span.end) > span.end
  return { range: view.analysis.lines.range(span), newText: comments.join('') + (ended ? text.replace(/;$/, '') : text) }
}

/** With its semicolon, and with its lines where nothing else stands in them. */
export function removal(view: View, statement: AnalysedStatement): TextEdit {
  const { text } = view
  let { start } = statement.span
  let end = endWithSemicolon(text, statement.span.end)
  const lineStart = startOfLine(text, start)
  const lineEnd = endOfLine(text, end)
  if (text.slice(lineStart, start).trim() === '' && text.slice(end, lineEnd).trim() === '') {
    start = lineStart
    end = lineEnd + (text.startsWith('\r\n', lineEnd) ? 2 : lineEnd < text.length ? 1 : 0)
  }
  return { range: view.analysis.lines.range({ start, end }), newText: '' }
}

function cut(stages: readonly Stage[]): { readonly stay: readonly Stage[]; readonly moved: readonly Stage[] } {
  const stay: Stage[] = []
  const moved: Stage[] = []
  for (const { steps, ...stage } of stages) {
    const first = moved.length > 0 ? 0 : steps.findIndex((step: Step) => step.transaction !== 'shared')
    const here = first < 0 ? steps : steps.slice(0, first)
    const later = first < 0 ? [] : steps.slice(first)
    if (here.length > 0) stay.push({ ...stage, steps: here })
    if (later.length > 0) moved.push({ ...stage, steps: later })
  }
  return { stay, moved }
}

function lastOfBlock(view: View, index: number): number {
  const { statements } = view.analysis
  let end = index
  while (statements[end + 1]?.blockStart === statements[index]!.blockStart) end++
  return end
}

export const relationsOf = (statement: AnalysedStatement): Set<string> => new Set(statement.assessed.effects.flatMap((effect) => (effect.indexOf ? [effect.relation, effect.indexOf] : [effect.relation])))

const isSavepoint = (statement: AnalysedStatement): boolean => /^(?:savepoint|release|rollback)\b/i.test(statement.assessed.sql)

function nothingBetween(view: View, first: number, last: number): boolean {
  const { statements } = view.analysis
  for (let index = first; index < last; index++) {
    if (view.text.slice(endWithSemicolon(view.text, statements[index]!.span.end), statements[index + 1]!.span.start).trim() !== '') return false
  }
  return true
}

export function layoutAt(view: View, start: number): Layout {
  const before = view.text.slice(startOfLine(view.text, start), start)
  return { indentation: before.trim() === '' ? before.replace('\uFEFF', '') : '', lineEnd: lineEndOf(view.text) }
}

/** As the first line ends; one convention per file. */
const lineEndOf = (text: string): '\n' | '\r\n' => {
  const at = text.indexOf('\n')
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n'
}

export const startOfLine = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1

function endOfLine(text: string, at: number): number {
  const next = text.indexOf('\n', at)
  if (next < 0) return text.length
  return text[next - 1] === '\r' ? next - 1 : next
}
