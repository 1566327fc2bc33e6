import type { Snapshot } from '../model/snapshot'
import { notesOn } from '../editor/snapshot-notes'
import { takeSnapshotText } from '../sources/postgres'
import { printSnapshot } from '../sources/print-snapshot'
import { snapshotScript } from '../sources/snapshot-script'
import { writeWhole } from '../sources/write-whole'
import { loadSnapshots } from './load-world'
import type { Output } from './output'
import { readArguments } from './read-arguments'
import { UsageError } from './usage-error'
import { interruptible, readConnection } from './with-server'

/** `lockscope snapshot`: takes one from a running server. */
export async function snapshot(args: readonly string[], output: Output): Promise<number> {
  const { values, positionals } = readArguments('snapshot', args, { url: { type: 'string' }, output: { type: 'string' }, 'print-sql': { type: 'boolean' }, merge: { type: 'boolean' }, sample: { type: 'string' } })
  if (values['merge'] === true) {
    if (values['url'] !== undefined) throw new UsageError('--merge reads files and asks no server.')
    if (positionals.length < 2) throw new UsageError('snapshot --merge needs two files or more.')
    const merged = await loadSnapshots(positionals)
    await put(values['output'] as string | undefined, printSnapshot(merged), output)
    for (const sentence of notesOn(merged)) process.stderr.write(`${sentence}\n`)
    return 0
  }
  if (positionals.length > 0) throw new UsageError(`snapshot takes no file; where it goes is --output ${positionals[0]!}.`)
  const sampleSeconds = values['sample'] === undefined ? undefined : Number(values['sample'])
  if (sampleSeconds !== undefined && !(sampleSeconds > 0 && sampleSeconds <= 3600)) throw new UsageError(`--sample is a number of seconds up to 3600, not ${String(values['sample'])}.`)
  const sample = sampleSeconds === undefined ? {} : { sampleSeconds }
  if (values['print-sql'] === true) {
    if (values['url'] !== undefined) throw new UsageError('--print-sql asks no server; psql takes the URL that runs the script.')
    await put(values['output'] as string | undefined, snapshotScript(sample), output)
    return 0
  }
  const connection = readConnection('snapshot', values['url'])
  const text = await interruptible((signal, progress) => takeSnapshotText(connection, { ...sample, signal, progress: (what) => progress(`Reading ${what}`) }))
  const taken = JSON.parse(text) as Snapshot
  for (const sentence of notesOn(taken)) process.stderr.write(`${sentence}\n`)
  const file = values['output'] as string | undefined
  await put(file, text, output)
  if (file !== undefined) process.stderr.write(`${file}: ${Object.keys(taken.tables ?? {}).length.toLocaleString('en')} tables of ${taken.database ?? 'the database'}, PostgreSQL ${taken.serverVersion ?? ''}.\n`)
  return 0
}

async function put(file: string | undefined, text: string, output: Output): Promise<void> {
  if (file === undefined) output.write(text)
  else await writeWhole(file, text)
}
