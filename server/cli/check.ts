import { listWords } from '../model/format'
import type { Severity } from '../model/finding'
import { severities } from '../model/finding'
import type { Report } from '../model/report'
import { addSummaries, emptySummary, summarise } from '../report'
import { analyseFiles } from './analyse-files'
import { findFiles, inSeries, leavesOutEarlier } from './find-files'
import { loadWorld } from './load-world'
import type { Output } from './output'
import { pendingFiles } from './pending-files'
import { PrettyWriter } from './pretty-writer'
import { engineOptions, oneOf, readArguments, readEngineArguments } from './read-arguments'
import { ReportWriter } from './report-writer'
import { UsageError } from './usage-error'

/** `lockscope check`: a report on migrations. */
export async function check(args: readonly string[], output: Output): Promise<number> {
  const { values, positionals } = readArguments('check', args, { ...engineOptions, format: { type: 'string' }, 'fail-on': { type: 'string' }, verbose: { type: 'boolean' } })
  const options = readEngineArguments(values)
  const format = oneOf('format', values['format'], ['pretty', 'json'] as const, 'pretty')
  const level = oneOf('fail-on', values['fail-on'], [...severities, 'never'] as const, 'error')
  if (positionals.length === 0) throw new UsageError('check needs a file or a directory; - is standard input.')

  const { files, others } = findFiles(positionals)
  if (others.length > 0) process.stderr.write(`lockscope: by ${others.length === 1 ? 'its name 1 file is' : `their names ${others.length.toLocaleString('en')} files are`} for ${listWords([...new Set(others)].sort())}, and left out.\n`)
  const { world, snapshot } = await loadWorld(options)
  const { pending, history } = pendingFiles(inSeries(files, !leavesOutEarlier(world, snapshot)), snapshot?.migrations)
  const writer = format === 'json' ? new ReportWriter(output, snapshot) : new PrettyWriter(output, snapshot, options, values['verbose'] === true)
  let summary: Report['summary'] = emptySummary
  let unreadable = 0
  writer.begin()
  for await (const outcome of analyseFiles(pending, world, options.transaction)) {
    if (outcome.problem !== undefined) {
      unreadable++
      process.stderr.write(`lockscope: ${outcome.path === '-' ? 'standard input' : outcome.path} ${outcome.problem}\n`)
      continue
    }
    summary = addSummaries(summary, summarise(outcome.analysis))
    await writer.file(outcome.analysis, outcome.text)
    await output.flush()
  }
  writer.end(summary, history, pending.filter(({ earlier }) => earlier).length)
  if (unreadable > 0) return 2
  return fails(summary, level) ? 1 : 0
}

function fails(summary: Report['summary'], level: Severity | 'never'): boolean {
  if (level === 'never') return false
  return severities.slice(0, severities.indexOf(level) + 1).some((severity) => summary.findings[severity] > 0)
}
