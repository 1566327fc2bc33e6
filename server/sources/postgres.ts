import type { Client } from 'pg'
import type { Snapshot } from '../model/snapshot'
import type { ConnectionOptions, Target } from './connection'
import { configOf, describeTarget, secretsOf, targetOf } from './connection'
import { readSnapshot } from './read-snapshot'
import { SourceError } from './source-error'
import { closing, opening, parts, sampling } from './snapshot-sql'

export interface TakeOptions {
  /** Ends the connection; the server notices when it is done with the few hundred lines that it is at. */
  readonly signal?: AbortSignal
  /** What is being read now: `tables`, `columns` … */
  readonly progress?: (what: string) => void
  /** What the tables' users do is counted for so long; absent: since the server began to count, which newer ones do not tell. */
  readonly sampleSeconds?: number
}

/**
 * Takes a snapshot of a running server, 12 or newer, in one read-only transaction; of the tables' rows it reads none.
 * The text is a snapshot file's, to the byte what the script of `snapshotScript` makes psql print.
 * @throws {SourceError} where the server cannot be reached, refuses, or takes too long.
 */
export const takeSnapshotText = (options: ConnectionOptions, { signal, progress, sampleSeconds }: TakeOptions = {}): Promise<string> =>
  withConnection(options, signal, 'Taking the snapshot was cancelled.', (client) => read(client, progress, sampleSeconds))

/** As `takeSnapshotText`, read. */
export async function takeSnapshot(options: ConnectionOptions, take?: TakeOptions): Promise<Snapshot> {
  const { snapshot, problem } = readSnapshot(await takeSnapshotText(options, take))
  if (problem !== undefined) throw new SourceError(problem)
  return snapshot
}

/**
 * Connects, works, and ends the connection, whatever comes.
 * @throws {SourceError} for every way in which the server may fail us, or with the sentence `cancelled`.
 */
export async function withConnection<Result>(options: ConnectionOptions, signal: AbortSignal | undefined, cancelled: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const target = targetOf(options)
  let client: Client | undefined
  try {
    signal?.throwIfAborted()
    client = await connect(target, signal)
    const connected = client
    const end = (): void => void connected.end().catch(() => {})
    signal?.addEventListener('abort', end, { once: true })
    try {
      return await work(connected)
    } finally {
      signal?.removeEventListener('abort', end)
    }
  } catch (error) {
    if (signal?.aborted) throw new SourceError(cancelled)
    throw new SourceError(withoutSecrets(sentenceFor(error as ServerError, target), secretsOf(options)))
  } finally {
    // The answer is here or an error is on its way; that the connection ends badly adds nothing to either.
    await client?.end().catch(() => {})
  }
}

/** Few enough that progress is seen and a wish to stop is heard, many enough that the way there and back costs nothing. */
const rowsAtOnce = 500

async function read(client: Client, progress: TakeOptions['progress'], sampleSeconds: number | undefined): Promise<string> {
  const { rows } = await client.query<{ version: number; name: string }>("SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name")
  const { version, name } = rows[0]!
  if (version < 120_000) throw new SourceError(`The server is PostgreSQL ${name}; Lockscope knows 12 and newer.`)

  for (const sql of opening) await client.query(sql)
  if (sampleSeconds) progress?.(`counts for ${sampleSeconds} s`)
  for (const sql of sampleSeconds ? sampling(sampleSeconds) : []) await client.query(sql)
  const lines: string[] = []
  const readQuery = async (sql: string, heard: (count: number) => void): Promise<string[]> => {
    const found: string[] = []
    await client.query(`DECLARE lockscope NO SCROLL CURSOR FOR ${sql}`)
    for (;;) {
      const { rows } = await client.query<{ line: string }>(`FETCH ${rowsAtOnce} FROM lockscope`)
      for (const { line } of rows) found.push(line)
      if (rows.length < rowsAtOnce) break
      heard(found.length)
    }
    await client.query('CLOSE lockscope')
    return found
  }
  let last = ''
  for (const { what, sql, generates } of parts) {
    if (what !== last) progress?.(what)
    last = what
    const heard = (count: number): void => progress?.(`${what} (${count.toLocaleString('en')})`)
    const found = await readQuery(sql, heard)
    if (!generates) lines.push(...found)
    else for (const generated of found) lines.push(...(await readQuery(generated, heard)))
  }
  await client.query(closing)
  return `${lines.join('\n')}\n`
}

// --- connecting

async function connect(target: Target, signal: AbortSignal | undefined): Promise<Client> {
  // Only who takes a snapshot pays for loading it.
  const { default: pg } = await import('pg')
  for (const [index, tls] of target.tls.entries()) {
    const client = new pg.Client(configOf(target, tls))
    // An idle connection that breaks says so here as well as in the query it breaks.
    client.on('error', () => {})
    const end = (): void => void client.end().catch(() => {})
    signal?.addEventListener('abort', end, { once: true })
    try {
      await client.connect()
      return client
    } catch (error) {
      end()
      if (index === target.tls.length - 1 || !isAboutTls(error as ServerError)) throw error
    } finally {
      signal?.removeEventListener('abort', end)
    }
  }
  throw new SourceError('The server cannot be reached.')
}

/** pg_hba.conf may refuse with TLS what it takes without, and the other way round. */
const isAboutTls = (error: ServerError): boolean => error.code === '28000' || /does not support SSL/.test(error.message)

// --- errors

interface ServerError extends Error {
  readonly code?: string
  readonly errors?: readonly ServerError[]
}

const lockNotAvailable = '55P03'

function sentenceFor(error: ServerError, target: Target): string {
  if (error instanceof SourceError) return error.message
  // Several addresses of one name were tried; the first failure is as good as any.
  const { code, message } = error.errors?.[0] ?? error
  const server = describeTarget(target)
  switch (code) {
    case 'ECONNREFUSED':
      return `No server answers at ${server}.`
    case 'ENOENT':
      return /scram|connect/i.test(message) ? `No server answers at ${server}.` : `${message.replace(/^ENOENT: /, '')}.`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `There is no host of the name ${target.host}.`
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `The server at ${server} cannot be reached.`
    case 'ECONNRESET':
      return `The server at ${server} closed the connection.`
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `The server's certificate is not trusted (${message}); give its authority as sslrootcert.`
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `The server's certificate is not for ${target.host} (${message}); give the name that it is for, or sslmode=verify-ca.`
    case '28P01':
      return 'The server does not accept this user and password.'
    case '57014':
      return 'A query took longer than it was given; try again when the server is less busy.'
    case lockNotAvailable:
      return 'A table is locked ACCESS EXCLUSIVE by another session; take the snapshot when that session is done.'
    default:
      break
  }
  if (/does not support SSL/.test(message)) return `The server at ${server} has no TLS; sslmode=disable does without.`
  // Between two queries the driver learns of it with the next one.
  if (/not queryable|connection terminated/i.test(message)) return `The server at ${server} closed the connection.`
  if (/timeout expired/.test(message)) return `The server at ${server} did not answer within ${target.connectLimitMs / 1000} s.`
  return message.endsWith('.') ? message : `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
}

/** A short password may be part of a word; there is no message worth showing a secret for. */
const withoutSecrets = (message: string, secrets: readonly string[]): string => secrets.reduce((text, secret) => text.replaceAll(secret, '***'), message)
