import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RawStmt } from '@pgsql/types'
import factory, { type ParserModule } from 'libpg-query/wasm/libpg-query.js'
import { loadLooseParser } from './loose-parser'

/** What the parser answers: trees whose every `location` is a UTF-16 offset into the text, or the first error. */
export type Parsed = { readonly statements: readonly RawStmt[]; readonly error?: undefined } | { readonly error: { readonly message: string; readonly offset: number } }

/** Compiles PostgreSQL's parser; to be awaited once before anything is parsed. Takes the bytes of `libpg-query.wasm` or a path to them; finds them itself where neither is given. */
export const loadParser = (wasm?: Uint8Array | string): Promise<void> => {
  loading ??= (async () => {
    const bytes = wasm instanceof Uint8Array ? wasm : await readFile(wasm ?? wasmPath())
    const [module] = await Promise.all([WebAssembly.compile(bytes), loadLooseParser()])
    compiled = module
    instance = instantiate(module)
  })().catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return loading
}

/** Beside the bundle, else in the nearest node_modules above the sources. */
export const wasmPath = (): string => {
  const beside = join(__dirname, 'libpg-query.wasm')
  if (existsSync(beside)) return beside
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', 'libpg-query', 'wasm', 'libpg-query.wasm')
    if (existsSync(path)) return path
    if (folder === dirname(folder)) throw new Error(`libpg-query.wasm is neither beside ${__dirname} nor in a node_modules above it.`)
  }
}

/** Parses SQL as PostgreSQL 18 does. Never throws once loaded, whatever the text. */
export const parse = (sql: string): Parsed => {
  if (compiled === undefined) throw new Error('The parser is used before loadParser() has ended.')
  instance ??= instantiate(compiled)
  const text = sanitised(sql)
  try {
    return run(instance, text)
  } catch (error) {
    // A trap leaves the instance's stack and heap in an unknown state (29 stack overflows make every later parse fail), so it is not used again.
    instance = undefined
    return { error: { message: error instanceof RangeError ? 'The statement is nested too deeply to be parsed.' : 'The parser failed on this statement.', offset: 0 } }
  } finally {
    // The memory of an instance only grows, so one that has parsed something large is dropped.
    if (sql.length > largeStatement) instance = undefined
  }
}

/**
 * Parses the PL/pgSQL bodies in SQL that `parse` accepts, as JSON.
 * Undefined where a body is not understood; it must not be asked for a function without an AS body, on which it aborts.
 */
export const parsePlpgsql = (sql: string): unknown => {
  if (compiled === undefined) throw new Error('The parser is used before loadParser() has ended.')
  instance ??= instantiate(compiled)
  const module = instance
  try {
    const text = sanitised(sql)
    const capacity = text.length * 3 + 1
    const input = module._malloc(capacity)
    const { written } = encoder.encodeInto(text, module.HEAPU8.subarray(input, input + capacity))
    module.HEAPU8[input + written] = 0
    const output = module._wasm_parse_plpgsql(input)
    const answer = readString(module, output)
    module._wasm_free_string(output)
    module._free(input)
    // Anything but an object is an error's message.
    return answer.startsWith('{') ? (JSON.parse(answer) as unknown) : undefined
  } catch {
    // As in `parse`: a trap leaves the instance in an unknown state.
    instance = undefined
    return undefined
  }
}

const largeStatement = 256 * 1024

let loading: Promise<void> | undefined
let compiled: WebAssembly.Module | undefined
let instance: ParserModule | undefined

/**
 * The factory is asynchronous only in what follows the WebAssembly instance: the in-memory file system and constants that are already in place.
 * Handed an instance at once it fills its options object with the functions at once, which is what lets `parse` heal itself without waiting.
 */
const instantiate = (module: WebAssembly.Module): ParserModule => {
  const options = {
    instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void) {
      receive(new WebAssembly.Instance(module, imports))
      return {}
    },
    print() {},
    printErr() {},
    quit(_status: number, reason: unknown) {
      throw reason
    },
  }
  void factory(options)
  return options as typeof options & ParserModule
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const run = (module: ParserModule, sql: string): Parsed => {
  const capacity = sql.length * 3 + 1
  const input = module._malloc(capacity)
  const { written } = encoder.encodeInto(sql, module.HEAPU8.subarray(input, input + capacity))
  module.HEAPU8[input + written] = 0
  const result = module._wasm_parse_query_raw(input)
  const words = module.HEAPU32
  const tree = words[result >> 2]!
  const error = words[(result >> 2) + 2]!
  const ascii = written === sql.length
  let parsed: Parsed
  if (error !== 0) {
    const cursor = words[(error >> 2) + 4]!
    parsed = { error: { message: readString(module, words[error >> 2]!), offset: Math.min(sql.length, ascii ? Math.max(0, cursor - 1) : codePointOffset(sql, cursor - 1)) } }
  } else {
    const { stmts = [] } = JSON.parse(readString(module, tree)) as { stmts?: RawStmt[] }
    if (!ascii) relocate(stmts, byteOffsets(sql, written))
    parsed = { statements: stmts }
  }
  module._wasm_free_parse_result(result)
  module._free(input)
  return parsed
}

const readString = (module: ParserModule, start: number): string => decoder.decode(module.HEAPU8.subarray(start, module.HEAPU8.indexOf(0, start)))

/** A NUL would end the text. Another control character keeps its width and is refused like it. */
const sanitised = (sql: string): string => (sql.includes('\0') ? sql.replaceAll('\0', '\x01') : sql)

/** UTF-16 offset of each UTF-8 byte. A lone surrogate is encoded as U+FFFD, three bytes. */
const byteOffsets = (text: string, bytes: number): Uint32Array => {
  const offsets = new Uint32Array(bytes + 1)
  let byte = 0
  for (let i = 0; i < text.length; ) {
    const code = text.codePointAt(i)!
    const width = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
    offsets.fill(i, byte, byte + width)
    byte += width
    i += code < 0x10000 ? 1 : 2
  }
  offsets[bytes] = text.length
  return offsets
}

const codePointOffset = (text: string, points: number): number => {
  let i = 0
  for (let n = 0; n < points && i < text.length; n++) i += text.codePointAt(i)! < 0x10000 ? 1 : 2
  return i
}

const offsetKeys = new Set(['location', 'stmt_location', 'list_start', 'list_end', 'rexpr_list_start', 'rexpr_list_end'])

const relocate = (root: object, offsets: Uint32Array): void => {
  const pending: object[] = [root]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const fields = node as Record<string, unknown>
    for (const key in fields) {
      const value = fields[key]
      if (typeof value === 'object' && value !== null) pending.push(value)
      else if (typeof value === 'number' && value > 0 && offsetKeys.has(key)) fields[key] = offsets[value] ?? offsets.at(-1)!
    }
  }
}
