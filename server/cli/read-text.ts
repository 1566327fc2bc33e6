import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'

/** A file's text, or one sentence that says why there is none. */
export type ReadText = { readonly text: string; readonly problem?: undefined } | { readonly problem: string; readonly text?: undefined }

export const mostBytes = 50 * 1024 * 1024

/** `-` is standard input. */
export function readText(path: string): ReadText {
  let bytes: Buffer
  try {
    bytes = path === '-' ? readFileSync(0) : readUpTo(path)
  } catch (error) {
    return { problem: reasonOf(error as NodeJS.ErrnoException) }
  }
  if (bytes.length > mostBytes) return { problem: `is larger than ${mostBytes / 1024 / 1024} MB, which no migration is.` }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return { problem: 'is UTF-16; save it as UTF-8.' }
  if (bytes.includes(0)) return { problem: 'is binary, not SQL.' }
  try {
    return { text: decoder.decode(bytes) }
  } catch {
    return { problem: 'is not UTF-8 text.' }
  }
}

/** The byte order mark stays, for offsets count it. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function readUpTo(path: string): Buffer {
  const file = openSync(path, 'r')
  try {
    // Half a gigabyte is not read to be refused.
    if (fstatSync(file).size > mostBytes) return Buffer.alloc(mostBytes + 1)
    return readFileSync(file)
  } finally {
    closeSync(file)
  }
}

function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      return 'does not exist.'
    case 'EACCES':
    case 'EPERM':
      return 'may not be read.'
    case 'EISDIR':
      return 'is a directory.'
    case 'EAGAIN':
      return 'has nothing to read.'
    default:
      return `cannot be read (${error.code ?? error.message}).`
  }
}
