import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const project = fileURLToPath(new URL('../..', import.meta.url))
export const program = join(project, 'out', 'cli.js')

export interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the built program as a shell would. */
export function run(args: readonly string[], options: { readonly input?: string | Uint8Array; readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: options.cwd ?? project,
    input: options.input ?? '',
    encoding: 'utf8',
    maxBuffer: 1024 * 1024 * 1024,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...options.env },
  })
  return { code: status, out: stdout, err: stderr }
}

/** Runs it with its output read by somebody who goes away after the first piece. */
export async function runAndLeave(args: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [program, ...args], { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] })
  let err = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  child.stdout.once('data', () => child.stdout.destroy())
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, out: '', err }
}

/** Runs it, and presses Ctrl-C when it is under way. */
export async function runAndInterrupt(args: readonly string[], isUnderway: () => Promise<boolean>): Promise<Outcome> {
  const child = spawn(process.execPath, [program, ...args], { cwd: project, stdio: ['ignore', 'ignore', 'pipe'] })
  let err = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  while (child.exitCode === null && !(await isUnderway())) await setTimeout(50)
  child.kill('SIGINT')
  return { code: await closed, out: '', err }
}

/** Speaks JSON-RPC with it. */
export function converse(args: readonly string[]): { send(message: object): void; answer(): Promise<string>; readonly ended: Promise<number | null> } {
  const child = spawn(process.execPath, [program, ...args], { cwd: project, stdio: ['pipe', 'pipe', 'inherit'] })
  const answers: string[] = []
  const waiting: ((text: string) => void)[] = []
  let received = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    received += text
    for (;;) {
      const head = /^Content-Length: (\d+)\r\n\r\n/.exec(received)
      const end = head ? head[0].length + Number(head[1]) : Infinity
      if (received.length < end) return
      const answer = received.slice(head![0].length, end)
      received = received.slice(end)
      const next = waiting.shift()
      if (next) next(answer)
      else answers.push(answer)
    }
  })
  return {
    send: (message) => {
      const text = JSON.stringify({ jsonrpc: '2.0', ...message })
      child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
    },
    answer: () => new Promise((resolve) => (answers.length > 0 ? resolve(answers.shift()!) : waiting.push(resolve))),
    ended: new Promise((resolve) => child.once('close', resolve)),
  }
}

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'lockscope-cli-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Builds what the tests run, unless that is younger than all it is built from: another test may be running it. */
export function build(): void {
  const sources = ['server', 'common', 'esbuild.mjs', 'package.json'].flatMap((path) => timesBelow(join(project, path)))
  if (existsSync(program) && statSync(program).mtimeMs > Math.max(...sources)) return
  const { status, stderr, stdout } = spawnSync(process.execPath, ['esbuild.mjs'], { cwd: project, encoding: 'utf8' })
  if (status !== 0) throw new Error(`The build failed.\n${stdout}${stderr}`)
}

function timesBelow(path: string): number[] {
  const found = statSync(path)
  return found.isDirectory() ? readdirSync(path).flatMap((name) => timesBelow(join(path, name))) : path.endsWith('.md') ? [] : [found.mtimeMs]
}
