/**
 * What has been found out about texts, as long as these stay under a bound together; those asked for least recently are forgotten first.
 * Everything that hangs on a text grows with it, so the bound on the texts is one on the memory.
 */
export class TextMemory<T> {
  readonly #limit: number
  readonly #known = new Map<string, T>()
  #size = 0

  /** `limit` in UTF-16 code units. */
  constructor(limit: number) {
    this.#limit = limit
  }

  get(text: string): T | undefined {
    const known = this.#known.get(text)
    if (known === undefined) return undefined
    // A map keeps its keys in order of insertion, so the first is the one used least recently.
    this.#known.delete(text)
    this.#known.set(text, known)
    return known
  }

  /** Of a text that is not remembered. */
  set(text: string, value: T): T {
    this.#known.set(text, value)
    this.#size += sizeOf(text)
    for (const [oldest] of this.#known) {
      if (this.#size <= this.#limit) break
      this.#known.delete(oldest)
      this.#size -= sizeOf(oldest)
    }
    return value
  }
}

/** The shortest text has something hanging on it too. */
const sizeOf = (text: string): number => text.length + 32
