import { appendFileSync } from 'node:fs'
import { format } from 'node:util'

/** Prints at once and in order, also when the extension host is about to die; its console loses formats and is full of others' lines. */
export function print(...values: readonly unknown[]): void {
  const output = process.env['LOCKSCOPE_SUITE_OUTPUT']
  if (output) appendFileSync(output, `${format(...values)}\n`)
  else console.log(...values)
}
