import { rename, rm, writeFile } from 'node:fs/promises'
import { SourceError } from './source-error'

/**
 * A reader of the file sees what was there or what is new, never half of it.
 * @throws {SourceError} where it cannot be written.
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const partial = `${file}.${process.pid}.partial`
  try {
    await writeFile(partial, text)
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true })
    throw new SourceError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}).`)
  }
}
