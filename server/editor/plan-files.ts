import type { TextEdit } from 'vscode-languageserver-types'
import { downName, nextNames } from '../frameworks/next-names'
import { doneElsewhere, downStart, filesOf, optOut, refusesAlone, toolOf } from '../frameworks/tool'
import type { Carried, Tool } from '../frameworks/tool'
import type { AnalysedStatement } from '../model/assessed'
import type { Stage as StageName, Step } from '../model/plan'
import { stepsOf } from '../model/plan'
import { layoutAt, relationsOf, removal, replacement, takenIn } from './apply-plan'
import { required, stagesOf } from './plan-text'
import type { Stage } from './plan-text'
import type { View } from './view'

/** Where the migration stands. */
export interface Folder {
  /** The migration, relative to the folder of its series, with `/`. */
  readonly path: string
  /** All files of the folder, in the same form. */
  readonly siblings: readonly string[]
  readonly transaction: Carried
  /** The file beside it that takes it back, where it has one. */
  readonly down?: { readonly path: string; readonly text: string }
}

export interface PlanFiles {
  readonly edits: readonly TextEdit[]
  /** What the file that takes the migration back holds from now on; absent where it stays as it is. */
  readonly down?: { readonly path: string; readonly text: string }
  /** New ones, in the order in which they run. */
  readonly files: readonly NewFile[]
  /** Statements whose plans stay out, as indexes, each with the end of a sentence that says why. */
  readonly left: readonly { readonly statement: number; readonly reason: string }[]
}

export interface NewFile {
  readonly path: string
  readonly text: string
  /** It is for another deploy than the migration itself. */
  readonly later: boolean
}

/** What goes into one file. */
interface Chunk {
  readonly name: StageName
  readonly stage: Stage
  readonly steps: readonly Step[]
  readonly alone: boolean
}

/**
 * The plans of statements, as edits of the migration and as files that run after it: one for each stage, and where the tool runs a file in one transaction, one for each step that cannot share it.
 * The sentence of a problem has no full stop.
 */
export function planFiles(view: View, asked: readonly number[], folder: Folder): PlanFiles | { readonly problem: string } {
  const tool = toolOf(folder.path, view.text, folder.siblings, folder.transaction)
  const { chosen, left } = choose(view, asked, tool)
  const edited: { readonly statement: AnalysedStatement; readonly stay: readonly Stage[] }[] = []
  const moved: Chunk[] = []
  const later: Chunk[] = []
  const taken = new Set<string>()
  for (const index of chosen) {
    const statement = view.analysis.statements[index]!
    const [here, ...others] = stagesOf(statement.assessed.plan!)
    const inOne = isInOne(statement, tool)
    // What comes after steps that have moved moves too.
    const touched = relationsOfAll([...takenIn(view, index), statement])
    const isBehind = inOne && [...touched].some((relation) => taken.has(relation))
    const count = isBehind ? 0 : inOne ? countOf(here!.steps) : here!.steps.length
    for (const other of takenIn(view, index)) edited.push({ statement: other, stay: [] })
    edited.push({ statement, stay: count === 0 ? [] : [{ ...here!, steps: here!.steps.slice(0, count) }] })
    const rest = chunksOf({ ...here!, steps: here!.steps.slice(count) }, tool)
    if (rest.length > 0) for (const relation of touched) taken.add(relation)
    moved.push(...rest)
    later.push(...others.flatMap((stage) => chunksOf(stage, tool)))
  }
  const inOrder = [...moved, ...(['expand', 'migrate', 'contract'] as const).flatMap((name) => merged(later.filter((chunk) => chunk.name === name), tool))]
  for (const chunk of inOrder) {
    const refused = chunk.alone ? refusesAlone(tool, sqlOf(chunk)) : undefined
    if (refused !== undefined) return { problem: `${folder.path} cannot be taken apart: ${refused}` }
  }

  // Where nothing of the migration stays, what comes first takes its place.
  const isEmptied = edited.length > 0 && edited.every(({ stay }) => stay.length === 0) && view.analysis.statements.every((statement) => edited.some((one) => one.statement === statement))
  const first = isEmptied ? moved[0] : undefined
  const chunks = inOrder.filter((chunk) => chunk !== first)
  const named = nextNames(folder.path, folder.siblings, chunks.map((chunk) => partName(chunk, chunks, inOrder, moved)))
  if ('problem' in named) return named
  const place = first ? takePlace(view, edited.map(({ statement }) => statement), first, tool, folder) : { edits: edited.map(({ statement, stay }) => (stay.length > 0 ? replacement(view, statement, stay) : removal(view, statement))), files: [] }
  const ownDown = downName(folder.path)
  const files = chunks.flatMap((chunk, index): readonly NewFile[] => {
    const path = named.names[index]!
    const isLater = !moved.includes(chunk)
    const back = backOf(chunk.steps)
    const down = ownDown !== undefined && folder.siblings.includes(ownDown) ? downName(path) : undefined
    return filesOf(tool, path, down, { heading: headingOf(chunk, isLater), sql: sqlOf(chunk), ...(back !== undefined && { back }), alone: chunk.alone }).map((file) => ({ ...file, later: isLater }))
  })
  // What another file takes back is not there any more when the migration itself is taken back.
  const ways = chunks.flatMap(({ steps }) => steps.flatMap(({ back }) => back ?? []))
  const inText = doneElsewhere(view.text, downStart(tool, view.text), ways).map((span): TextEdit => ({ range: view.analysis.lines.range(span), newText: '' }))
  return { edits: [...place.edits, ...inText], ...downWithout(folder, ways), files: [...place.files, ...files], left }
}

function downWithout({ down }: Folder, ways: readonly string[]): Pick<PlanFiles, 'down'> {
  if (!down) return {}
  const text = doneElsewhere(down.text, 0, ways).toReversed().reduce((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), down.text)
  return text === down.text ? {} : { down: { path: down.path, text } }
}

const relationsOfAll = (statements: readonly AnalysedStatement[]): ReadonlySet<string> => new Set(statements.flatMap((one) => [...relationsOf(one)]))

const isInOne = ({ assessed }: AnalysedStatement, tool: Tool): boolean => tool.runs !== 'statements' || assessed.block !== undefined

/** The statements whose plans the folder can hold: what follows in the file must not meet another schema than before. */
function choose(view: View, asked: readonly number[], tool: Tool): { readonly chosen: readonly number[]; readonly left: PlanFiles['left'] } {
  const { statements } = view.analysis
  const left = new Map<number, string>()
  const planned = asked.filter((index) => {
    const plan = statements[index]!.assessed.plan
    if (plan?.fit === 'outline') left.set(index, 'its plan is for reading only')
    return plan !== undefined && plan.fit !== 'outline' && stepsOf(plan).length > 0
  })
  const taken = new Set(planned.flatMap((index) => takenIn(view, index)))
  let chosen = planned.filter((index) => !taken.has(statements[index]!))
  for (let before = -1; before !== chosen.length; ) {
    before = chosen.length
    chosen = chosen.filter((index) => {
      const statement = statements[index]!
      const plan = statement.assessed.plan!
      const [here, ...others] = stagesOf(plan)
      const isStaged = others.length > 0
      if (!isStaged && (!isInOne(statement, tool) || countOf(here!.steps) === here!.steps.length)) return true
      const touched = relationsOfAll([...takenIn(view, index), statement])
      // A later statement whose own plan moves as well keeps its place behind this one.
      const next = statements.findIndex((other, at) => at > index && !isTransaction(other) && (isStaged || !chosen.includes(at)) && (other.assessed.unread.length > 0 || [...relationsOf(other)].some((relation) => touched.has(relation))))
      if (next < 0) return true
      left.set(index, `line ${view.analysis.lines.position(statements[next]!.span.start).line + 1} goes on with the same tables; give it a file of its own`)
      return false
    })
  }
  return { chosen, left: [...left].map(([statement, reason]) => ({ statement, reason })).sort((a, b) => a.statement - b.statement) }
}

const isTransaction = ({ assessed }: AnalysedStatement): boolean => assessed.operations.length > 0 && assessed.operations.every(({ kind }) => kind === 'transaction' || kind === 'set')

/** How many steps may stay where the statement stood, in one transaction. */
const countOf = (steps: readonly Step[]): number => {
  const first = steps.findIndex((step) => step.transaction !== 'shared')
  return first < 0 ? steps.length : first
}

/** Where a file is one transaction, steps that may share it stay together, and each other has a file of its own. */
function chunksOf(stage: Stage, tool: Tool): readonly Chunk[] {
  const { name, steps } = stage
  if (tool.runs === 'statements') return steps.length === 0 ? [] : [{ name, stage, steps, alone: false }]
  const chunks: Chunk[] = []
  for (const step of steps) {
    const last = chunks.at(-1)
    if (step.transaction === 'shared' && last?.steps.every(({ transaction }) => transaction === 'shared')) chunks[chunks.length - 1] = { ...last, steps: [...last.steps, step] }
    else chunks.push({ name, stage, steps: [step], alone: step.transaction === 'none' })
  }
  return chunks
}

/** Where it can, one file holds that stage of all plans. */
function merged(chunks: readonly Chunk[], tool: Tool): readonly Chunk[] {
  const [first] = chunks
  if (!first || tool.runs !== 'statements') return chunks
  const code = [...new Set(chunks.flatMap(({ stage }) => stage.code ?? []))].join(' ')
  return [{ ...first, stage: { ...first.stage, ...(code !== '' && { code }) }, steps: chunks.flatMap(({ steps }) => steps) }]
}

/** What the name of a file ends in: its stage, and a number where that has several; the migration itself is the first. */
function partName(chunk: Chunk, chunks: readonly Chunk[], all: readonly Chunk[], moved: readonly Chunk[]): string {
  const isHere = moved.includes(chunk)
  const name = isHere && all.length === moved.length ? 'step' : chunk.name
  const number = chunks.filter((other) => other.name === chunk.name && moved.includes(other) === isHere).indexOf(chunk) + (isHere ? 2 : 1)
  return number === 1 ? name : `${name}_${number}`
}

const headingOf = ({ stage, steps }: Chunk, isLater: boolean): readonly string[] => [...(isLater ? [stage.heading] : []), ...required(stage.code), ...(steps.length === 1 ? [`-- ${steps[0]!.why}`] : [])]

const sqlOf = ({ steps }: Chunk): string => (steps.length === 1 ? steps[0]!.sql : steps.map((step) => `-- ${step.why}\n${step.sql}`).join('\n\n'))

function backOf(steps: readonly Step[]): string | undefined {
  const ways = steps.toReversed().map(({ back }) => back)
  return ways.includes(undefined) ? undefined : ways.filter((way) => way !== '').join('\n')
}

/** The first of the moved files stands where the migration did, which opts out of the transaction with it. */
function takePlace(view: View, statements: readonly AnalysedStatement[], chunk: Chunk, tool: Tool, folder: Folder): Pick<PlanFiles, 'edits' | 'files'> {
  const [first, ...rest] = statements
  const edits = [replacement(view, first!, [{ ...chunk.stage, steps: chunk.steps }]), ...rest.map((statement) => removal(view, statement))]
  if (!chunk.alone) return { edits, files: [] }
  const { text, beside } = optOut(tool, folder.path, view.text)
  return { edits: [...markEdits(view, text), ...edits], files: beside.filter(({ path }) => !folder.siblings.includes(path)).map((file) => ({ ...file, later: false })) }
}

/** The lines that differ; a line may have been put above all others. */
function markEdits(view: View, marked: string): readonly TextEdit[] {
  const layout = layoutAt(view, 0)
  const before = view.text.split(layout.lineEnd)
  const after = marked.split(layout.lineEnd)
  const added = after.length - before.length
  const edits: TextEdit[] = added > 0 ? [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, newText: `${after.slice(0, added).join(layout.lineEnd)}${layout.lineEnd}` }] : []
  for (const [line, old] of before.entries()) {
    const now = after[line + added]!
    if (now !== old) edits.push({ range: { start: { line, character: 0 }, end: { line, character: old.length } }, newText: now })
  }
  return edits
}
