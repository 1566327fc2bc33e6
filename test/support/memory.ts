import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** For a process whose memory is to be measured: what Node is started with. */
export const measured: readonly string[] = ['--expose-gc', '--require', fileURLToPath(new URL('memory-probe.cjs', import.meta.url))]

/** What is in use once the collector has been through, in megabytes. */
export interface Memory {
  /** Of JavaScript objects. */
  readonly heap: number
  /** Of all instances of PostgreSQL's parser that are still there; it only grows as long as one is. */
  readonly parser: number
  readonly parsers: number
}

/** Asks a process that was started with `measured`. */
export function memoryOf(process: ChildProcess): Promise<Memory> {
  return new Promise((resolve, reject) => {
    let said = ''
    const hear = (chunk: Buffer): void => {
      said += chunk.toString()
      const answer = /^memory (\{.*\})$/m.exec(said)?.[1]
      if (answer === undefined) return
      process.stderr!.off('data', hear)
      resolve(JSON.parse(answer) as Memory)
    }
    process.stderr!.on('data', hear)
    process.once('exit', () => reject(new Error('The process has ended.')))
    process.kill('SIGUSR2')
  })
}
