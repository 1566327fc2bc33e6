/** The emscripten factory inside the package `libpg-query`, which its own typings leave out. */
declare module 'libpg-query/wasm/libpg-query.js' {
  export interface ParserModule {
    readonly HEAPU8: Uint8Array
    readonly HEAPU32: Uint32Array
    _malloc(size: number): number
    _free(pointer: number): void
    _wasm_parse_query_raw(sql: number): number
    _wasm_free_parse_result(result: number): void
    _wasm_parse_plpgsql(sql: number): number
    _wasm_free_string(text: number): void
  }

  export interface ParserOptions {
    instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void): object
    print(line: string): void
    printErr(line: string): void
    quit(status: number, reason: unknown): void
  }

  const factory: (options: ParserOptions) => Promise<ParserModule>
  export default factory
}

/** The part of WebAssembly used here: its types come with the browser's, which this project does not load. */
declare namespace WebAssembly {
  type Imports = object
  interface Instance {
    readonly exports: object
  }
  function compile(bytes: Uint8Array): Promise<Module>
  const Instance: new (module: Module, imports: Imports) => Instance
}
