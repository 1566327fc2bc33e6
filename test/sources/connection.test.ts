import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { splitPassword } from '../../common/split-password'
import { targetOf } from '../../server/sources/connection'
import { takeSnapshot } from '../../server/sources/postgres'
import { SourceError } from '../../server/sources/source-error'
import { startServer } from '../support/server'
import type { Server } from '../support/server'

const folder = mkdtempSync(join(tmpdir(), 'lockscope-connection-'))
const at = (name: string): string => join(folder, name)
const write = (name: string, text: string, mode = 0o600): string => {
  writeFileSync(at(name), text, { mode })
  return at(name)
}
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('parameters are found where libpq finds them', () => {
  const service = write('services.conf', '# ours\n[other]\nhost=elsewhere\n[shop]\nhost = db.example\nport=6432\nuser=reader\npassword=from-service\ndbname=shop\nsslmode=require\n')
  const of = (url: string | undefined, environment: NodeJS.ProcessEnv = {}): unknown => {
    const { host, port, user, database, password, options, tls } = targetOf(url === undefined ? {} : { url }, environment)
    return [host, port, user, database, password, options, tls.length]
  }
  const me = userInfo().username

  test.each<[string | undefined, NodeJS.ProcessEnv, unknown[]]>([
    ['postgresql://me:pass%40word@db.example:5433/shop', {}, ['db.example', 5433, 'me', 'shop', 'pass@word', undefined, 2]],
    ['postgres://me@[::1]/shop', {}, ['::1', 5432, 'me', 'shop', undefined, undefined, 2]],
    ['postgresql:///shop?host=/run/pg&user=you&port=7', {}, ['/run/pg', 7, 'you', 'shop', undefined, undefined, 1]],
    ['postgresql://me@/shop?host=/run/pg', {}, ['/run/pg', 5432, 'me', 'shop', undefined, undefined, 1]],
    ['postgresql://%2Frun%2Fpg/shop?user=me', {}, ['/run/pg', 5432, 'me', 'shop', undefined, undefined, 1]],
    ['postgresql://db.example', { PGUSER: 'you', PGDATABASE: 'shop', PGPORT: '6000', PGPASSWORD: 'secret', PGHOST: 'not-this', PGOPTIONS: '-c work_mem=1MB' }, ['db.example', 6000, 'you', 'shop', 'secret', '-c work_mem=1MB', 2]],
    [undefined, { PGHOST: 'db.example' }, ['db.example', 5432, me, me, undefined, undefined, 2]],
    [undefined, { PGHOST: 'db.example', PGUSER: 'you', PGPORT: '' }, ['db.example', 5432, 'you', 'you', undefined, undefined, 2]],
    [undefined, { PGSERVICE: 'shop', PGSERVICEFILE: service, PGHOST: 'not-this', PGPASSWORD: 'nor-this' }, ['db.example', 6432, 'reader', 'shop', 'from-service', undefined, 1]],
    ['postgresql://you@/?service=shop', { PGSERVICEFILE: service }, ['db.example', 6432, 'you', 'shop', 'from-service', undefined, 1]],
    ['postgresql://me@db.example/shop?sslmode=disable', { PGSSLMODE: 'require' }, ['db.example', 5432, 'me', 'shop', undefined, undefined, 1]],
  ])('%s %j', (url, environment, expected) => {
    expect(of(url, environment)).toEqual(expected)
  })

  test.each([
    ['postgresql://me@db.example/shop?sslmode=require', { url: 'postgresql://me@db.example/shop?sslmode=require' }],
    [' postgresql://me:open%20sesame@db.example/shop ', { url: 'postgresql://me@db.example/shop', password: 'open sesame' }],
    ['postgresql://me:100%@db.example/shop', { url: 'postgresql://me@db.example/shop', password: '100%' }],
    ['postgresql://me@db.example/shop?password=open%20sesame&sslmode=require', { url: 'postgresql://me@db.example/shop?sslmode=require', password: 'open sesame' }],
  ])('%s is shown and kept without its password', (text, expected) => {
    expect(splitPassword(text)).toEqual(expected)
  })

  test('passwords of the password file, by host, port, database and user', () => {
    const file = write('passwords', 'a\\:b:5432:*:me:co:lon\n#*:*:*:*:no\n*:5433:shop:*:back\\\\slash\nlocalhost:*:*:you:socket\n')
    const password = (url: string): string | undefined => targetOf({ url }, { PGPASSFILE: file }).password
    expect(password('postgresql://me@a%3Ab/shop')).toBe('co:lon')
    expect(password('postgresql://me@c:5433/shop')).toBe('back\\slash')
    expect(password('postgresql://me@c:5433/other')).toBeUndefined()
    expect(password('postgresql:///other?host=/run/pg&user=you')).toBe('socket')
  })

  test.each<[string | undefined, NodeJS.ProcessEnv, string]>([
    ['postgresql://me@db.example:port/shop', {}, 'The URL cannot be read; it is like postgresql://user:password@host:5432/database, with special characters of the password percent-encoded.'],
    ['postgresql://one,two/shop', {}, 'Name one host; a snapshot is of one server.'],
    [undefined, { PGHOST: 'a', PGPORT: 'many' }, 'The port is a number from 1 to 65535, not many.'],
    [undefined, { PGHOST: 'a', PGSSLMODE: 'maybe' }, 'sslmode is disable, allow, prefer, require, verify-ca or verify-full, not maybe.'],
    [undefined, { PGSERVICE: 'nowhere', PGSERVICEFILE: service, PGSYSCONFDIR: '/nowhere' }, `There is no service nowhere in ${service}.`],
    [undefined, { PGHOST: 'a', PGSSLROOTCERT: '/no/such/root.crt' }, 'The certificate of the authority (sslrootcert) cannot be read from /no/such/root.crt (ENOENT).'],
  ])('%s %j is refused', (url, environment, sentence) => {
    expect(() => of(url, environment)).toThrow(new SourceError(sentence))
  })
})

describe('a server that asks for TLS and a password', () => {
  let server: Server
  let port: number
  const url = (parameters: string, user = 'reader', host = 'localhost'): string => `postgresql://${user}@${host}:${port}/postgres?${parameters}`
  /** The database that the snapshot is of, or the sentence that says why there is none. */
  const outcome = async (options: { url: string; password?: string }): Promise<string | undefined> => {
    try {
      return (await takeSnapshot(options)).database
    } catch (error) {
      expect(String(error)).not.toMatch(/open sesame|open%20sesame|wrong word/)
      return (error as SourceError).message
    }
  }

  beforeAll(async () => {
    const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
    const request = (name: string, subject: string): void => openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${subject}`)
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'root.key', '-out', 'root.crt', '-subj', '/CN=Our authority', '-days', '2')
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'other.key', '-out', 'other.crt', '-subj', '/CN=Another authority', '-days', '2')
    request('server', 'localhost')
    write('server.ext', 'subjectAltName=DNS:localhost')
    openssl('x509', '-req', '-in', 'server.csr', '-CA', 'root.crt', '-CAkey', 'root.key', '-CAcreateserial', '-out', 'server.crt', '-days', '2', '-extfile', 'server.ext')
    request('client', 'carrier')
    openssl('x509', '-req', '-in', 'client.csr', '-CA', 'root.crt', '-CAkey', 'root.key', '-CAcreateserial', '-out', 'client.crt', '-days', '2')
    write('pg_hba.conf', 'local all postgres trust\nhostssl all carrier 127.0.0.1/32 cert\nhostssl all all 127.0.0.1/32 scram-sha-256\n', 0o644)
    // PostgreSQL does not run as root, and takes no key that is another's.
    chmodSync(folder, 0o755)
    chmodSync(at('server.key'), 0o600)
    if (process.getuid?.() === 0) chownSync(at('server.key'), Number(execFileSync('id', ['-u', 'nobody'])), Number(execFileSync('id', ['-g', 'nobody'])))
    port = await freePort()
    server = await startServer({
      settings: { listen_addresses: '127.0.0.1', port: String(port), hba_file: at('pg_hba.conf'), ssl: 'on', ssl_cert_file: at('server.crt'), ssl_key_file: at('server.key'), ssl_ca_file: at('root.crt'), password_encryption: 'scram-sha-256' },
    })
    const client = new Client({ host: new URL(server.url()).searchParams.get('host')!, port, user: 'postgres', database: 'postgres' })
    await client.connect()
    await client.query("CREATE ROLE reader LOGIN PASSWORD 'open sesame'; CREATE ROLE carrier LOGIN")
    await client.end()
  })
  afterAll(() => server?.stop())

  const password = 'open sesame'

  test.each(['', 'sslmode=prefer', 'sslmode=require', 'sslmode=allow'])('"%s" takes any certificate', async (parameters) => {
    expect(await outcome({ url: url(parameters), password })).toBe('postgres')
  })

  test('without TLS the server says no, in one sentence', async () => {
    expect(await outcome({ url: url('sslmode=disable'), password })).toMatch(/^No pg_hba\.conf entry for host .*\.$/)
  })

  test('the certificate is verified against the authority, and by verify-full against the host', async () => {
    expect(await outcome({ url: url(`sslmode=verify-full&sslrootcert=${at('root.crt')}`), password })).toBe('postgres')
    expect(await outcome({ url: url(`sslmode=verify-ca&sslrootcert=${at('root.crt')}`, 'reader', '127.0.0.1'), password })).toBe('postgres')
    expect(await outcome({ url: url(`sslmode=verify-full&sslrootcert=${at('root.crt')}`, 'reader', '127.0.0.1'), password })).toMatch(/^The server's certificate is not for 127\.0\.0\.1 .*\.$/)
    for (const mode of ['require', 'verify-ca', 'verify-full']) expect(await outcome({ url: url(`sslmode=${mode}&sslrootcert=${at('other.crt')}`), password })).toMatch(/^The server's certificate is not trusted \(.*\); give its authority as sslrootcert\.$/)
    expect(await outcome({ url: url('sslmode=verify-full&sslrootcert=system'), password })).toMatch(/^The server's certificate is not trusted/)
  })

  test('a client shows its own certificate', async () => {
    expect(await outcome({ url: url(`sslmode=require&sslcert=${at('client.crt')}&sslkey=${at('client.key')}`, 'carrier') })).toBe('postgres')
    expect(await outcome({ url: url('sslmode=require', 'carrier') })).toMatch(/^Connection requires a valid client certificate\.$/)
  })

  test('the password comes from the URL, the environment or the password file, and is told to nobody', async () => {
    expect(await outcome({ url: url('').replace('reader@', 'reader:open%20sesame@') })).toBe('postgres')
    expect(await outcome({ url: url('password=open%20sesame') })).toBe('postgres')
    expect(await outcome({ url: url('password=wrong%20word') })).toBe('The server does not accept this user and password.')
    const saved = { ...process.env }
    try {
      process.env['PGPASSFILE'] = write('none', '')
      expect(await outcome({ url: url('') })).toBe('The server asks for a password, and none is given: put it into PGPASSWORD, or into a .pgpass that nobody else may read.')
      process.env['PGPASSWORD'] = password
      expect(await outcome({ url: url('') })).toBe('postgres')
      delete process.env['PGPASSWORD']
      process.env['PGPASSFILE'] = write('pgpass', `# comment\n*:1:*:reader:wrong word\nlocalhost:${port}:*:reader:open sesame\n`)
      expect(await outcome({ url: url('') })).toBe('postgres')
      chmodSync(at('pgpass'), 0o644)
      expect(await outcome({ url: url('') })).toMatch(/^The server asks for a password/)
      chmodSync(at('pgpass'), 0o600)
      process.env['PGSERVICEFILE'] = write('services', `[tls]\nhost=localhost\nport=${port}\nuser=reader\ndbname=postgres\n`)
      process.env['PGSERVICE'] = 'tls'
      expect((await takeSnapshot({})).database).toBe('postgres')
    } finally {
      for (const name of ['PGPASSFILE', 'PGPASSWORD', 'PGSERVICEFILE', 'PGSERVICE']) {
        if (saved[name] === undefined) delete process.env[name]
        else process.env[name] = saved[name]
      }
    }
  })

  test('what the server answers is shown without the password, wherever it stood', async () => {
    // A role named like the password makes the server say it.
    expect(await outcome({ url: url('', 'open%20sesame'), password: 'open sesame' })).not.toContain('sesame')
    const text = JSON.stringify(await takeSnapshot({ url: url(''), password }))
    expect(text).not.toContain('sesame')
  })
})

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}
