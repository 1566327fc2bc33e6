import type { Client, ClientConfig } from 'pg'
import { parse } from 'pg-connection-string'
import type { Snapshot } from '../model/snapshot'
import { snapshotVersion } from './read-snapshot'
import type { AboutServer, Asker } from './read-database'
import { aboutServer, readActivity, readContents } from './read-database'

export interface ConnectionOptions {
  /** `postgresql://…`; what it leaves out is taken from PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE and .pgpass. */
  readonly url?: string
  /** Goes before the one in the URL. */
  readonly password?: string
}

export interface TakeOptions {
  /** Ends the connection, and with it what the server is doing for us. */
  readonly signal?: AbortSignal
  /** What is being read now: `tables`, `columns` … */
  readonly progress?: (what: string) => void
}

/** What went wrong, as one sentence for people. Never holds the password. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
}

/**
 * Takes a snapshot of a running server, 12 or newer, in one read-only transaction; of the tables' rows it reads none.
 * @throws {SourceError} where the server cannot be reached, refuses, or takes too long.
 */
export const takeSnapshot = (options: ConnectionOptions, { signal, progress }: TakeOptions = {}): Promise<Snapshot> =>
  withConnection(options, signal, 'Taking the snapshot was cancelled.', (client) => read(client, progress))

/**
 * Connects, works, and ends the connection, whatever comes.
 * @throws {SourceError} for every way in which the server may fail us, or with the sentence `cancelled`.
 */
export async function withConnection<Result>(options: ConnectionOptions, signal: AbortSignal | undefined, cancelled: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const secrets = secretsOf(options)
  let client: Client | undefined
  try {
    signal?.throwIfAborted()
    client = await connect(options, signal)
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
    throw new SourceError(withoutSecrets(sentenceFor(error as ServerError, options), secrets))
  } finally {
    // The answer is here or an error is on its way; that the connection ends badly adds nothing to either.
    await client?.end().catch(() => {})
  }
}

const connectLimitMs = 10_000
/** For one query over the catalog: seconds where there are 100,000 tables. */
const queryLimitMs = 60_000
const lockLimitMs = 1_000

async function read(client: Client, progress: TakeOptions['progress']): Promise<Snapshot> {
  const asker: Asker = client
  const { rows } = await asker.query<AboutServer>(aboutServer)
  const about = rows[0]!
  if (about.version < 120_000) throw new SourceError(`The server is PostgreSQL ${about.serverVersion}; Lockscope knows 12 and newer.`)

  await client.query('SET default_transaction_read_only = on')
  await client.query(
    [
      'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY',
      `SET LOCAL statement_timeout = ${queryLimitMs}`,
      `SET LOCAL lock_timeout = ${lockLimitMs}`,
      `SET LOCAL idle_in_transaction_session_timeout = ${queryLimitMs}`,
      // Compiling a query over the catalog takes longer than running it.
      'SET LOCAL jit = off',
      "SET LOCAL search_path = ''",
      'SAVEPOINT measured',
    ].join('; '),
  )
  const activity = await readActivity(asker)
  const contents = await readContents(asker, { version: about.version, sizes: 'measured' }, progress).catch(async (error: ServerError) => {
    // The size functions open each relation, and wait where one is locked ACCESS EXCLUSIVE (src/backend/utils/adt/dbsize.c); the page counts in pg_class need no lock.
    if (error.code !== lockNotAvailable) throw error
    await client.query('ROLLBACK TO SAVEPOINT measured')
    return readContents(asker, { version: about.version, sizes: 'counted' }, progress)
  })
  await client.query('ROLLBACK')
  return {
    version: snapshotVersion,
    source: 'postgres',
    takenAt: new Date().toISOString(),
    serverVersion: about.serverVersion.split(' ')[0]!,
    database: about.database,
    complete: true,
    settings: about.settings,
    activity,
    ...contents,
  }
}

// --- connecting

async function connect(options: ConnectionOptions, signal: AbortSignal | undefined): Promise<Client> {
  // Only who takes a snapshot pays for loading it.
  const { default: pg } = await import('pg')
  const mode = sslMode(options)
  const attempts: ClientConfig['ssl'][] = mode === 'disable' ? [false] : mode === 'prefer' || mode === 'allow' ? [{ rejectUnauthorized: false }, false] : [undefined]
  for (const [index, ssl] of attempts.entries()) {
    const client = new pg.Client(configOf(options, mode, ssl))
    // An idle connection that breaks says so here as well as in the query it breaks.
    client.on('error', () => {})
    const end = (): void => void client.end().catch(() => {})
    signal?.addEventListener('abort', end, { once: true })
    try {
      await client.connect()
      return client
    } catch (error) {
      end()
      if (index === attempts.length - 1 || !isRefusalOfTls(error as ServerError)) throw error
    } finally {
      signal?.removeEventListener('abort', end)
    }
  }
  throw new SourceError('The server cannot be reached.')
}

/** libpq's default is to try TLS and to do without where the server has none; it is meaningless on a socket. */
function sslMode(options: ConnectionOptions): string {
  const host = hostOf(options)
  if (host.startsWith('/')) return 'disable'
  return parameterOf(options.url, 'sslmode') ?? (process.env['PGSSLMODE'] || 'prefer')
}

function configOf(options: ConnectionOptions, mode: string, ssl: ClientConfig['ssl']): ClientConfig {
  const base = options.url ?? 'postgresql://'
  const rootCertificate = parameterOf(options.url, 'sslrootcert') ?? process.env['PGSSLROOTCERT']
  const parameters = new URLSearchParams()
  if (ssl === undefined && parameterOf(base, 'sslmode') === undefined) parameters.set('sslmode', mode)
  if (ssl === undefined && rootCertificate && parameterOf(base, 'sslrootcert') === undefined) parameters.set('sslrootcert', rootCertificate)
  const extra = parameters.toString()
  const url = extra === '' ? base : `${base}${base.includes('?') ? '&' : '?'}${extra}`
  // pg on its own takes `require` for `verify-full`, which the certificates of most providers fail; libpq's reading is the documented one.
  const { port, sslmode: _, ...config } = parse(url, parameterOf(base, 'uselibpqcompat') === undefined ? { useLibpqCompat: true } : {}) as ReturnType<typeof parse> & { sslmode?: string }
  return {
    ...(config as ClientConfig),
    ...(port && { port: Number(port) }),
    ...(ssl !== undefined && { ssl }),
    ...(options.password !== undefined && { password: options.password }),
    application_name: 'lockscope',
    connectionTimeoutMillis: connectLimitMs,
  }
}

function parameterOf(url: string | undefined, name: string): string | undefined {
  const query = url?.split('?')[1]
  return query === undefined ? undefined : (new URLSearchParams(query).get(name) ?? undefined)
}

function hostOf(options: ConnectionOptions): string {
  const inUrl = options.url === undefined ? undefined : parse(options.url).host
  return inUrl || process.env['PGHOST'] || 'localhost'
}

const isRefusalOfTls = (error: ServerError): boolean => error.code === '28000' || /does not support SSL/.test(error.message)

// --- errors

interface ServerError extends Error {
  readonly code?: string
  readonly errors?: readonly ServerError[]
}

const lockNotAvailable = '55P03'

function sentenceFor(error: ServerError, options: ConnectionOptions): string {
  if (error instanceof SourceError) return error.message
  // Several addresses of one name were tried; the first failure is as good as any.
  const { code, message } = error.errors?.[0] ?? error
  const server = (): string => {
    const host = hostOf(options)
    const port = (options.url !== undefined && parse(options.url).port) || process.env['PGPORT'] || '5432'
    return host.startsWith('/') ? `${host}/.s.PGSQL.${port}` : `${host}:${port}`
  }
  switch (code) {
    case 'ECONNREFUSED':
      return `No server answers at ${server()}.`
    case 'ENOENT':
      return /scram|connect/i.test(message) ? `No server answers at ${server()}.` : `${message.replace(/^ENOENT: /, '')}.`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `There is no host of the name ${hostOf(options)}.`
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `The server at ${server()} cannot be reached.`
    case 'ECONNRESET':
      return `The server at ${server()} closed the connection.`
    case 'ERR_INVALID_URL':
      return 'The URL cannot be read; it is like postgresql://user:password@host:5432/database, with special characters of the password percent-encoded.'
    case '28P01':
      return 'The server does not accept this user and password.'
    case '57014':
      return 'A query took longer than it was given; try again when the server is less busy.'
    case lockNotAvailable:
      return 'A table is locked ACCESS EXCLUSIVE by another session; take the snapshot when that session is done.'
    default:
      break
  }
  if (/timeout expired/.test(message)) return `The server at ${server()} did not answer within ${connectLimitMs / 1000} s.`
  if (/password must be a string|no password/i.test(message)) return 'The server asks for a password, and none is given: put it into PGPASSWORD or .pgpass.'
  if (/self[- ]signed|certificate/i.test(message)) return `The server's certificate is not trusted (${message}); give its authority as sslrootcert.`
  return message.endsWith('.') ? message : `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
}

function secretsOf(options: ConnectionOptions): readonly string[] {
  const inUrl = /^[^/]*\/\/[^/@]*?:(.*)@/.exec(options.url ?? '')?.[1]
  const all = [inUrl, decode(inUrl), parameterOf(options.url, 'password'), options.password, process.env['PGPASSWORD']]
  return all.filter((secret): secret is string => secret !== undefined && secret !== '')
}

function decode(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text)
  } catch {
    // A lone percent sign: the text is as it stands.
    return text
  }
}

/** A short password may be part of a word; there is no message worth showing a secret for. */
const withoutSecrets = (message: string, secrets: readonly string[]): string => secrets.reduce((text, secret) => text.replaceAll(secret, '***'), message)
