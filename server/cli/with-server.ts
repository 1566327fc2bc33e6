import type { ConnectionOptions } from '../sources/connection'
import type { Value } from './read-arguments'
import { UsageError } from './usage-error'

/** Where the server is: --url, or what libpq's own variables say. */
export function readConnection(command: string, url: Value): ConnectionOptions {
  if (url !== undefined && !/^postgres(ql)?:\/\//.test(String(url))) throw new UsageError('--url is like postgresql://user@host:5432/database.')
  if (url === undefined && !['PGHOST', 'PGSERVICE', 'PGDATABASE', 'PGUSER'].some((name) => process.env[name])) throw new UsageError(`${command} needs --url, or PGHOST, PGUSER and PGDATABASE in the environment.`)
  return url === undefined ? {} : { url: String(url) }
}

/** Work at a server that Ctrl-C ends in good order. */
export async function interruptible<Result>(work: (signal: AbortSignal, progress: (what: string) => void) => Promise<Result>): Promise<Result> {
  const stop = new AbortController()
  const interrupt = (): void => stop.abort()
  process.once('SIGINT', interrupt)
  try {
    return await work(stop.signal, showProgress)
  } finally {
    process.off('SIGINT', interrupt)
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  }
}

function showProgress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${what} …`)
}
