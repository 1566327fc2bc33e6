import { renameSync, rmSync, writeFileSync } from 'node:fs'
import type { Snapshot } from '../model/snapshot'
import { takeSnapshotText } from '../sources/postgres'
import { snapshotScript } from '../sources/snapshot-script'
import { SourceError } from '../sources/source-error'
import type { Output } from './output'
import { readArguments } from './read-arguments'
import { UsageError } from './usage-error'

/** `lockscope snapshot`: takes one from a running server. */
export async function snapshot(args: readonly string[], output: Output): Promise<number> {
  const { values, positionals } = readArguments('snapshot', args, { url: { type: 'string' }, output: { type: 'string' }, 'print-sql': { type: 'boolean' } })
  if (positionals.length > 0) throw new UsageError(`snapshot takes no file; where it goes is --output ${positionals[0]!}.`)
  if (values['print-sql'] === true) {
    if (values['url'] !== undefined) throw new UsageError('--print-sql asks no server; psql takes the URL that runs the script.')
    put(values['output'] as string | undefined, snapshotScript(), output)
    return 0
  }
  const url = values['url'] as string | undefined
  if (url !== undefined && !/^postgres(ql)?:\/\//.test(url)) throw new UsageError('--url is like postgresql://user@host:5432/database.')
  if (url === undefined && !['PGHOST', 'PGSERVICE', 'PGDATABASE', 'PGUSER'].some((name) => process.env[name])) throw new UsageError('snapshot needs --url, or PGHOST, PGUSER and PGDATABASE in the environment.')

  const stop = new AbortController()
  const interrupt = (): void => stop.abort()
  process.once('SIGINT', interrupt)
  try {
    const text = await takeSnapshotText(url === undefined ? {} : { url }, { signal: stop.signal, progress: showProgress })
    clearProgress()
    const taken = JSON.parse(text) as Snapshot
    for (const sentence of taken.unseen ?? []) process.stderr.write(`Not seen: ${sentence}\n`)
    const file = values['output'] as string | undefined
    put(file, text, output)
    if (file !== undefined) process.stderr.write(`${file}: ${Object.keys(taken.tables ?? {}).length.toLocaleString('en')} tables of ${taken.database ?? 'the database'}, PostgreSQL ${taken.serverVersion ?? ''}.\n`)
    return 0
  } catch (error) {
    clearProgress()
    if (error instanceof SourceError) throw new UsageError(error.message)
    throw error
  } finally {
    process.off('SIGINT', interrupt)
  }
}

function put(file: string | undefined, text: string, output: Output): void {
  if (file === undefined) output.write(text)
  else writeWhole(file, text)
}

/** A reader of the file sees the old snapshot or the new one, never half of it. */
function writeWhole(file: string, text: string): void {
  const partial = `${file}.${process.pid}.partial`
  try {
    writeFileSync(partial, text)
    renameSync(partial, file)
  } catch (error) {
    rmSync(partial, { force: true })
    throw new UsageError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}).`)
  }
}

const showProgress = (what: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[KReading ${what} …`)
}

const clearProgress = (): void => {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
}
