import { spawn, spawnSync } from 'node:child_process'

/**
 * Starts a program so that it and everything it starts can be ended together: an extension host outlives its window by hours.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} environment
 * @param {(text: string) => void} onOutput gets both streams
 * @returns {{ ended: Promise<number | string>, stop: () => Promise<void> }} `ended` gives the exit code or the signal
 */
export function startGroup(command, args, environment, onOutput) {
  const child = spawn(command, args, {
    detached: process.platform !== 'win32',
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', onOutput)
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(code ?? signal))
  })

  const kill = () => signalGroup(child.pid, 'SIGKILL')
  // Before temporary folders are removed, which the group may still write to.
  process.prependOnceListener('exit', kill)

  const stop = async () => {
    signalGroup(child.pid, 'SIGTERM')
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, graceMs).unref())])
    kill()
    process.removeListener('exit', kill)
  }
  return { ended, stop }
}

const graceMs = 2_000

function signalGroup(pid, signal) {
  if (!pid) return
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'])
    return
  }
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}
