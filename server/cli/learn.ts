import { learnFrom } from '../calibrate'
import { printSnapshot } from '../sources/print-snapshot'
import { writeWhole } from '../sources/write-whole'
import { loadParser } from '../sql/parser'
import { readTimings } from '../sql/read-timings'
import { loadSnapshotFile } from './load-world'
import type { Output } from './output'
import { readArguments } from './read-arguments'
import { readText } from './read-text'
import { UsageError } from './usage-error'

/** `lockscope learn`: what statements really took corrects the rates in the snapshot. */
export async function learn(args: readonly string[], _: Output): Promise<number> {
  const { values, positionals } = readArguments('learn', args, { snapshot: { type: 'string' } })
  const file = values['snapshot'] as string | undefined
  if (positionals.length === 0) throw new UsageError("learn needs a log: PostgreSQL's with log_min_duration_statement, or what psql -a prints with \\timing on; - is standard input.")
  if (file === undefined) throw new UsageError('learn needs --snapshot FILE, taken before the statements ran: it tells how large the tables were, and keeps what is learned.')
  const snapshot = await loadSnapshotFile(file)
  await loadParser()
  const timings = positionals.flatMap((path) => {
    const text = readText(path)
    if (text.problem !== undefined) throw new UsageError(`${path} ${text.problem}`)
    return readTimings(text.text)
  })
  if (timings.length === 0) throw new UsageError("no statement with its duration is in there; it has to be PostgreSQL's log with log_min_duration_statement, or the output of psql -a with \\timing on.")
  const calibration = learnFrom(timings, snapshot)
  if (!calibration) throw new UsageError(`of ${timings.length} timed statements fewer than three have work on tables whose size the snapshot knows; nothing was learned.`)
  await writeWhole(file, printSnapshot({ ...snapshot, calibration }))
  process.stderr.write(`${file}: learned from ${calibration.timings! - (snapshot.calibration?.timings ?? 0)} of ${timings.length} timed statements; half of them lie within ${Math.round((calibration.medianFactor! - 1) * 100)} % of what the rates give now.\n`)
  return 0
}
