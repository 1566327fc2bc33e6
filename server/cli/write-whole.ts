import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { UsageError } from './usage-error'

/** A reader of the file sees what was there or what is new, never half of it. */
export function writeWhole(file: string, text: string): void {
  const partial = `${file}.${process.pid}.partial`
  try {
    writeFileSync(partial, text)
    renameSync(partial, file)
  } catch (error) {
    rmSync(partial, { force: true })
    throw new UsageError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}).`)
  }
}
