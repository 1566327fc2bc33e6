import type { Writable } from 'node:stream'

const chunkLength = 64 * 1024

/**
 * Collects small pieces into large writes, and waits where the reader is slower than we are, so that memory stays flat.
 * A reader that has seen enough (`| head`) is no error: the program ends in silence.
 */
export class Output {
  readonly #stream: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  #pending = ''

  constructor(stream: Writable & { readonly isTTY?: boolean; readonly columns?: number }) {
    this.#stream = stream
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit()
      throw error
    })
  }

  /** On a terminal, unless NO_COLOR says no or FORCE_COLOR says yes anyway. */
  get colours(): boolean {
    const forced = process.env['FORCE_COLOR']
    if (forced !== undefined && forced !== '' && forced !== '0') return true
    return this.#stream.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
  }

  /** Characters of a line. */
  get width(): number {
    return Math.min(Math.max(this.#stream.columns ?? 100, 60), 120)
  }

  write(text: string): void {
    this.#pending += text
  }

  /** To be awaited now and then between writes. */
  async flush(least = chunkLength): Promise<void> {
    if (this.#pending.length < least || this.#pending === '') return
    const chunk = this.#pending
    this.#pending = ''
    if (!this.#stream.write(chunk)) await new Promise((resolve) => this.#stream.once('drain', resolve))
  }

  async end(): Promise<void> {
    await this.flush(0)
  }
}
