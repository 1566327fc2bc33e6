import { readFile, stat } from 'node:fs/promises'
import type { Loaded } from './read-snapshot'
import { readSnapshot } from './read-snapshot'

export type { Loaded } from './read-snapshot'

/** A snapshot of a hundred thousand tables stays below this; what is larger is no snapshot. */
const mostBytes = 512 * 1024 * 1024

/** Reads a snapshot file. What is wrong with it is one sentence, without the path. */
export async function loadSnapshot(path: string): Promise<Loaded> {
  let bytes: Uint8Array
  try {
    const { size } = await stat(path)
    if (size > mostBytes) return { problem: `The snapshot is larger than ${mostBytes / 1024 / 1024} MB.` }
    bytes = await readFile(path)
  } catch (error) {
    return { problem: reasonOf(error as NodeJS.ErrnoException) }
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return { problem: 'The snapshot is not UTF-8 text.' }
  }
  return readSnapshot(text)
}

function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      return 'There is no such file.'
    case 'EISDIR':
      return 'The snapshot is a directory, not a file.'
    case 'EACCES':
    case 'EPERM':
      return 'The file may not be read.'
    default:
      return `The file cannot be read (${error.code ?? error.message}).`
  }
}
