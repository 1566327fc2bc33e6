import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { UsageError } from './usage-error'

/** `lockscope lsp`: the same program that the extension starts, beside this one. It ends the process when its client goes. */
export async function serve(args: readonly string[]): Promise<number> {
  if (!args.includes('--stdio') || args.length > 1) throw new UsageError('lsp speaks over standard input and output: lockscope lsp --stdio.')
  const program = join(__dirname, 'server.js')
  if (!existsSync(program)) throw new UsageError(`${program} is missing; install lockscope anew.`)
  // The server is a bundle of its own, so that `check` does not carry it along.
  createRequire(__filename)(program)
  return new Promise<number>(() => {})
}
