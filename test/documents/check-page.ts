import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Analysis, World } from '../../server/analyse'
import type { AnalysedStatement } from '../../server/model/assessed'
import { shortName } from '../../server/model/name'
import { stepsOf } from '../../server/model/plan'
import type { Plan } from '../../server/model/plan'
import { LineIndex } from '../../server/model/span'
import type { Block, Case, Folder, Page } from '../support/document'
import { openPage, withBlocks } from '../support/document'
import type { Placed } from '../support/engine'
import { analyseCase, analyseSql, effectLines, givenWorld, placedFindings, planText } from '../support/engine'

/**
 * Declares the tests of one page. With UPDATE set the blocks of effects and plans are first written anew from the engine:
 * whoever does so reads the diff, and the witness asks a server whether it is true.
 */
export function checkPage(folder: Folder, name: string): void {
  let page: Page
  try {
    page = openPage(folder, name)
  } catch (error) {
    test('can be read', () => {
      throw error
    })
    return
  }

  test('has a case', () => {
    expect(page.cases.length).toBeGreaterThan(0)
  })

  test.each([...new Map(page.cases.flatMap(({ given, version }) => (given ? [[given.line, { given, version }] as const] : []))).values()])('the given in line $given.line is understood', ({ given, version }) => {
    expect(givenWorld(given.text, version).problems).toEqual([])
  })

  for (const one of page.cases) {
    test(`${one.title}: findings are where the marks are`, () => {
      const { expected, found } = compareFindings(one, placedFindings(analyseCase(one), one.sql))
      expect(found, `${page.file}: - only marked, + only found`).toEqual(expected)
    })

    if (one.effects) {
      test(`${one.title}: effects`, () => {
        const found = effectLines(last(analyseCase(one)).assessed.effects)
        if (update) expect(sortedLines(renewed(page, one.effects!, found.join('\n')))).toEqual([...found].sort())
        else expect([...found].sort(), `${page.file}:${one.effects!.line}: - only written, + only assessed`).toEqual(sortedLines(one.effects!.text))
      })
    }
    if (one.plan) {
      test(`${one.title}: plan`, () => {
        const found = planText(last(analyseCase(one)).assessed.plan)
        if (update) expect(renewed(page, one.plan!, found)).toBe(found)
        else expect(found, `${page.file}:${one.plan!.line}: - as written, + as planned`).toBe(one.plan!.text)
      })
    }
    test(`${one.title}: no step of a plan raises a finding or has a plan itself`, () => {
      const { world } = givenWorld(one.given?.text ?? '', one.version)
      const { statements } = analyseCase(one)
      expect(statements.flatMap((statement, index) => complaintsAboutPlan(statement, one.sql.slice(0, statements[index - 1 - (statement.assessed.plan?.takesIn ?? 0)]?.span.end ?? 0), world))).toEqual([])
    })
  }
}

const update = process.env['UPDATE'] !== undefined && process.env['UPDATE'] !== ''

/** Both as lines of text; a finding that a mark stands for reads as the mark does. */
function compareFindings(one: Case, findings: readonly Placed[]): { expected: readonly string[]; found: readonly string[] } {
  const positions = new LineIndex(one.sql)
  const words = ({ hazard, text, span }: Placed): string => {
    const { line, character } = positions.position(span.start)
    return `line ${one.lines[line]}, from ${character}: \`${one.sql.slice(span.start, span.end)}\` ${hazard}: ${text}`
  }
  const open = [...one.marks]
  const found = findings.map((finding) => {
    const at = open.findIndex(({ hazard, text, span }) => hazard === finding.hazard && finding.text.includes(text) && span.start === finding.span.start && span.end === finding.span.end)
    return words(at < 0 ? finding : open.splice(at, 1)[0]!)
  })
  return { expected: one.marks.map(words).sort(), found: found.sort() }
}

const last = (analysis: Analysis): AnalysedStatement => analysis.statements.at(-1)!

/** Sentences about the steps of a statement's plan, run in the statement's place after `earlier`. */
export function complaintsAboutPlan({ assessed }: AnalysedStatement, earlier: string, world: World): readonly string[] {
  const plan = assessed.plan
  if (!plan) return []
  const steps = stepsOf(plan)
  const leaves = assessed.block !== undefined && steps.some((step) => step.transaction !== 'shared')
  // What shares the transaction of the block stays in it, up to the first that cannot.
  const inside = leaves ? steps.findIndex((step) => step.transaction !== 'shared') : 0
  const before = `${earlier}${earlier === '' ? '' : ';\n'}`
  const text = before + [...steps.slice(0, inside).map((step) => step.sql), ...(leaves ? ['COMMIT;'] : []), ...steps.slice(inside).map((step) => step.sql)].join('\n')
  const contract = plan.fit === 'equivalent' ? text.length : text.length - plan.contract.map((step) => step.sql).join('\n').length
  const migrate = text.length - [...plan.migrate, ...plan.contract].map((step) => step.sql).join('\n').length
  // What stands at the end of a deploy is what running code meets, not what a later one makes of it.
  const deployed = analyseSql(text.slice(0, contract), world).statements.filter((statement) => statement.span.start >= before.length)
  const removing = analyseSql(text, world).statements.filter((statement) => statement.span.start >= Math.max(contract, before.length))
  const complaints = (statement: AnalysedStatement, isContract: boolean): readonly string[] => {
    const piece = text.slice(statement.span.start, statement.span.end)
    const isPrepared = isContract || (statement.span.start >= migrate && isLetGo(statement, plan))
    // What is to be done on another server is said with the step.
    const raised = statement.findings.filter((finding) => !(isPrepared && prepared.includes(finding.hazard)) && !(finding.hazard === 'stopped-subscriber' && steps.some((step) => step.why.includes(finding.message))))
    // A way round what the stages before have prepared is no longer needed.
    const planned = isPrepared && statement.findings.length > 0 && raised.length === 0 ? undefined : statement.assessed.plan
    return [...raised.map((finding) => `The step \`${piece}\` raises ${finding.hazard}: ${finding.message}`), ...(planned ? [`The step \`${piece}\` has a plan itself: ${planned.title}.`] : [])]
  }
  return [...deployed.flatMap((statement) => complaints(statement, false)), ...removing.flatMap((statement) => complaints(statement, true))]
}

/**
 * What the last stage of a plan with a deploy before it may do: remove the old.
 * A DROP breaks code that uses it and loses what is in it however one gets there; that no code does any more, and that the data stand elsewhere, is what the stages before it and the deploy between them are for.
 */
const prepared: readonly string[] = ['broken-code', 'lost-data']

/** All that running code would miss, the deploy before the stage has said that no code names. */
export const isLetGo = ({ findings }: AnalysedStatement, { code }: Plan): boolean =>
  findings.every(({ hazard, missed }) => {
    if (hazard !== 'broken-code') return hazard !== 'lost-data'
    const names = missed && (missed.whole ? [shortName(missed.relation)] : [shortName(missed.relation), ...(missed.columns ?? [])])
    return names !== undefined && /^No code (?:reads or writes|calls|names)\b/m.test(code?.migrate ?? '') && names.every((name) => code!.migrate!.includes(`\`${name}\``))
  })

const sortedLines = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '').sort()

/** What the page holds in place of the block from now on. */
function renewed(page: Page, block: Block, text: string): string {
  if (sortedLines(text).join('\n') === sortedLines(block.text).join('\n')) return block.text
  const changes = renewals.get(page.file) ?? []
  changes.push({ block, text })
  renewals.set(page.file, changes)
  writeFileSync(page.url, withBlocks(page, changes))
  return text
}

/** All changes to a page go into its text as it was read, for each moves the lines below. */
const renewals = new Map<string, { block: Block; text: string }[]>()
