import { lookup } from '../model/lookup'
import type { Output } from './output'

/** Runs with the arguments after its name; resolves to the exit code. */
export type RunCommand = (args: readonly string[], output: Output) => Promise<number>

/** Each loads what it needs when it is asked for: `check` runs in every build, and must not wait for a database driver. */
export const commands: Readonly<Record<string, RunCommand | undefined>> = lookup({
  check: async (args, output) => (await import('./check')).check(args, output),
  plan: async (args, output) => (await import('./plan')).plan(args, output),
  snapshot: async (args, output) => (await import('./snapshot')).snapshot(args, output),
  calibrate: async (args, output) => (await import('./calibrate')).calibrate(args, output),
  learn: async (args, output) => (await import('./learn')).learn(args, output),
  lsp: async (args) => (await import('./serve')).serve(args),
})
