import { existsSync, readFileSync, statSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import type { ClientConfig } from 'pg'
import { SourceError } from './source-error'

export interface ConnectionOptions {
  /** `postgresql://…`; what it leaves out is taken as libpq takes it: from the service, the environment, and last its defaults. */
  readonly url?: string
  /** Goes before all others. */
  readonly password?: string
}

const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const

/** Where to connect, and as whom. */
export interface Target {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
  readonly password?: string
  readonly options?: string
  readonly connectLimitMs: number
  /** What to try, in this order. */
  readonly tls: readonly (TlsOptions | false)[]
}

/**
 * Reads the parameters in libpq's order: the URL, the service that it or PGSERVICE names, the environment, the defaults.
 * @throws {SourceError} where the URL or the service cannot be read, or a certificate is not there.
 */
export function targetOf(options: ConnectionOptions, environment: NodeJS.ProcessEnv = process.env): Target {
  const inUrl = options.url === undefined ? {} : parametersOf(options.url)
  const serviceName = inUrl['service'] ?? environment['PGSERVICE']
  const inService = serviceName ? serviceOf(serviceName, environment) : {}
  const parameter = (name: string, variable?: string): string | undefined => inUrl[name] || inService[name] || (variable === undefined ? undefined : environment[variable]) || undefined

  const portText = parameter('port', 'PGPORT') ?? '5432'
  const port = Number(portText)
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new SourceError(`The port is a number from 1 to 65535, not ${portText}.`)
  const host = parameter('host', 'PGHOST') ?? defaultHost(port)
  if (host.includes(',')) throw new SourceError('Name one host; a snapshot is of one server.')
  const user = parameter('user', 'PGUSER') ?? userInfo().username
  const database = parameter('dbname', 'PGDATABASE') ?? user
  const password = options.password ?? parameter('password', 'PGPASSWORD') ?? passwordIn(parameter('passfile', 'PGPASSFILE') ?? defaultPasswordFile(environment), [host, String(port), database, user])
  const more = parameter('options', 'PGOPTIONS')
  const seconds = Number(parameter('connect_timeout', 'PGCONNECT_TIMEOUT'))
  return {
    host,
    port,
    user,
    database,
    ...(password !== undefined && { password }),
    ...(more !== undefined && { options: more }),
    connectLimitMs: seconds > 0 ? seconds * 1000 : 10_000,
    // TLS is meaningless on a socket.
    tls: host.startsWith('/') ? [false] : tlsOf(parameter),
  }
}

export const configOf = (target: Target, tls: TlsOptions | false): ClientConfig => ({
  host: target.host,
  port: target.port,
  user: target.user,
  database: target.database,
  // Asked for only where the server wants one; pg would look for it in places of its own.
  password: () => {
    if (target.password === undefined) throw new SourceError('The server asks for a password, and none is given: put it into PGPASSWORD, or into a .pgpass that nobody else may read.')
    return target.password
  },
  ...(target.options !== undefined && { options: target.options }),
  ssl: tls,
  application_name: 'lockscope',
  connectionTimeoutMillis: target.connectLimitMs,
})

/** As people know it from psql's messages. */
export const describeTarget = ({ host, port }: Target): string => (host.startsWith('/') ? `${host}/.s.PGSQL.${port}` : `${host}:${port}`)

/** Every text that no message may hold. */
export function secretsOf(options: ConnectionOptions, environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  const inUrl = /^[^/]*\/\/[^/@]*?:(.*)@/.exec(options.url ?? '')?.[1]
  const asParameter = /[?&]password=([^&]*)/.exec(options.url ?? '')?.[1]
  let known: string | undefined
  try {
    known = targetOf(options, environment).password
  } catch (error) {
    // What cannot be read gave no password to the connection; what stands in the text is found above all the same.
    if (!(error instanceof SourceError)) throw error
  }
  const all = [inUrl, decode(inUrl), asParameter, decode(asParameter), options.password, environment['PGPASSWORD'], known]
  return [...new Set(all.filter((secret): secret is string => secret !== undefined && secret !== ''))].sort((a, b) => b.length - a.length)
}

function decode(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text)
  } catch {
    // A lone percent sign: the text is as it stands.
    return text
  }
}

type Parameters = Readonly<Record<string, string | undefined>>

function parametersOf(url: string): Parameters {
  // libpq allows `user@/database`, which the web's URLs do not.
  const text = url.trim().replace(/^(postgres(?:ql)?:\/\/[^/?]*@)(?=[/?]|$)/, '$1lockscope-no-host.invalid')
  if (!URL.canParse(text)) {
    throw new SourceError('The URL cannot be read; it is like postgresql://user:password@host:5432/database, with special characters of the password percent-encoded.')
  }
  const { username, password, hostname, port, pathname, searchParams } = new URL(text)
  const host = decode(hostname) === 'lockscope-no-host.invalid' ? '' : decode(hostname)!.replace(/^\[(.*)\]$/, '$1')
  return { user: decode(username)!, password: decode(password)!, host, port, dbname: decode(pathname.slice(1))!, ...Object.fromEntries(searchParams) }
}

/** `[name]` and lines of `key=value`, first in the person's own file. */
function serviceOf(name: string, environment: NodeJS.ProcessEnv): Parameters {
  const own = environment['PGSERVICEFILE'] || join(homedir(), '.pg_service.conf')
  const files = [own, join(environment['PGSYSCONFDIR'] || '/etc/postgresql-common', 'pg_service.conf')]
  for (const file of files) {
    if (!existsSync(file)) continue
    const found = sectionOf(readFileSync(file, 'utf8'), name)
    if (found) return found
  }
  throw new SourceError(`There is no service ${name} in ${own}.`)
}

function sectionOf(text: string, name: string): Parameters | undefined {
  let section: Record<string, string> | undefined
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith('#')) continue
    const heading = /^\[(.*)\]$/.exec(trimmed)?.[1]
    if (heading !== undefined) {
      if (section) break
      if (heading === name) section = {}
    } else if (section) {
      const at = trimmed.indexOf('=')
      if (at > 0) section[trimmed.slice(0, at).trim()] ??= trimmed.slice(at + 1).trim()
    }
  }
  return section
}

const defaultPasswordFile = (environment: NodeJS.ProcessEnv): string => (process.platform === 'win32' ? join(environment['APPDATA'] ?? homedir(), 'postgresql', 'pgpass.conf') : join(homedir(), '.pgpass'))

/** Lines of `host:port:database:user:password`, where `*` is any and a backslash stands before a colon that is meant (section 34.16, The Password File). */
function passwordIn(file: string, wanted: readonly string[]): string | undefined {
  // As libpq has it: what others may read is no secret, and is not used.
  if (!existsSync(file) || (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)) return undefined
  for (const line of readFileSync(file, 'utf8').split(/\r?\n/)) {
    if (line.startsWith('#')) continue
    const fields = [...line.matchAll(/((?:\\.|[^:\\])*)(?::|$)/g)].map(([, field]) => field!.replace(/\\(.)/g, '$1'))
    const matches = wanted.every((value, index) => fields[index] === '*' || fields[index] === value || (index === 0 && value.startsWith('/') && fields[index] === 'localhost'))
    // A colon in the password needs no backslash.
    if (matches) return /^(?:(?:\\.|[^:\\])*:){4}(.*)$/.exec(line)?.[1]?.replace(/\\(.)/g, '$1')
  }
  return undefined
}

/** Where a server of this machine listens by default, as psql would find it. */
function defaultHost(port: number): string {
  const socket = process.platform === 'win32' ? undefined : ['/var/run/postgresql', '/tmp'].find((folder) => existsSync(`${folder}/.s.PGSQL.${port}`))
  return socket ?? 'localhost'
}

/** libpq's modes, as its manual describes them (section 34.19, SSL Support); pg on its own reads `require` as `verify-full`, which the certificates of most providers fail. */
function tlsOf(parameter: (name: string, variable: string) => string | undefined): Target['tls'] {
  const given = parameter('sslrootcert', 'PGSSLROOTCERT')
  const mode = parameter('sslmode', 'PGSSLMODE') ?? (given === 'system' ? 'verify-full' : 'prefer')
  if (!(sslModes as readonly string[]).includes(mode)) throw new SourceError(`sslmode is ${sslModes.slice(0, -1).join(', ')} or ${sslModes.at(-1)!}, not ${mode}.`)
  if (mode === 'disable') return [false]

  const own = (file: string): string | undefined => [join(homedir(), '.postgresql', file)].find(existsSync)
  const rootFile = given === 'system' ? undefined : (given ?? own('root.crt'))
  const certificateFile = parameter('sslcert', 'PGSSLCERT') ?? own('postgresql.crt')
  const keyFile = parameter('sslkey', 'PGSSLKEY') ?? own('postgresql.key')
  const passphrase = parameter('sslpassword', '')
  const ca = rootFile === undefined ? undefined : contentOf(rootFile, 'authority')
  const verifies = mode === 'verify-full' || mode === 'verify-ca' || (mode === 'require' && ca !== undefined)
  const tls: TlsOptions = {
    ...(ca !== undefined && { ca }),
    ...(certificateFile !== undefined && { cert: contentOf(certificateFile, 'client') }),
    ...(keyFile !== undefined && { key: contentOf(keyFile, 'key') }),
    ...(passphrase !== undefined && { passphrase }),
    rejectUnauthorized: verifies,
    // Only verify-full asks whether the certificate is this host's.
    ...(verifies && mode !== 'verify-full' && { checkServerIdentity: () => undefined }),
  }
  return mode === 'prefer' ? [tls, false] : mode === 'allow' ? [false, tls] : [tls]
}

function contentOf(file: string, what: 'authority' | 'client' | 'key'): string {
  const name = { authority: 'certificate of the authority (sslrootcert)', client: 'certificate of the client (sslcert)', key: 'key of the client (sslkey)' }[what]
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new SourceError(`The ${name} cannot be read from ${file} (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}).`)
  }
}
