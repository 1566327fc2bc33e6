import { createInterface } from 'node:readline/promises'
import { calibrationFrom } from '../calibrate'
import type { Snapshot } from '../model/snapshot'
import { printSnapshot } from '../sources/print-snapshot'
import { measureMachine } from '../sources/measure-machine'
import { writeWhole } from '../sources/write-whole'
import { loadParser } from '../sql/parser'
import { loadSnapshotFile } from './load-world'
import type { Output } from './output'
import { readArguments } from './read-arguments'
import { UsageError } from './usage-error'
import { interruptible, readConnection } from './with-server'

/** `lockscope calibrate`: measures how fast a server is, and keeps it in the snapshot. */
export async function calibrate(args: readonly string[], output: Output): Promise<number> {
  const { values, positionals } = readArguments('calibrate', args, { url: { type: 'string' }, snapshot: { type: 'string' }, yes: { type: 'boolean' }, 'under-traffic': { type: 'boolean' } })
  if (positionals.length > 0) throw new UsageError(`calibrate takes no file; the snapshot is --snapshot ${positionals[0]!}.`)
  const connection = readConnection('calibrate', values['url'])
  const file = values['snapshot'] as string | undefined
  const before = file === undefined ? undefined : await loadSnapshotFile(file, `Take one first with lockscope snapshot --output ${file}.`)
  if (!values['yes'] && !(await agreed())) {
    process.stderr.write('Nothing was done.\n')
    return 0
  }
  await loadParser()
  const { timings } = await interruptible((signal, progress) => measureMachine(connection, { signal, progress: (what) => progress(`Measuring: ${what}`), underTraffic: values['under-traffic'] === true }))
  const calibration = calibrationFrom(timings)
  if (!calibration) throw new UsageError('the server is too fast for the little time to tell anything, or every statement failed; nothing was written.')
  // What is not measured is still as the profile says.
  const profile = before?.calibration?.profile
  const after: Snapshot = { ...(before ?? { version: 1 }), calibration: { ...(profile !== undefined && { profile }), ...calibration } }
  const text = printSnapshot(after)
  if (file === undefined) output.write(text)
  else await writeWhole(file, text)
  process.stderr.write(`${file === undefined ? '' : `${file}: `}${calibration.timings} timings; half of them lie within ${Math.round((calibration.medianFactor! - 1) * 100)} % of what the rates give.\n`)
  return 0
}

/** It writes, if only what nobody will see, so nobody is to start it by mistake. */
async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError('calibrate writes some hundred megabytes in a transaction that it takes back; say --yes where nobody can be asked.')
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await asking.question('For about a quarter of a minute this fills made-up tables, at most some hundred megabytes, in one transaction that it takes back. Go on? [y/N] ')
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    asking.close()
  }
}
