import { Client, Pool } from 'pg'
import type { Code } from './scenarios'

/** What users of the database met with. */
export interface Suffered {
  readonly requests: number
  readonly longestMs: number
  /** Messages of requests that ended in an error, each as often as it came. */
  readonly failures: readonly string[]
  /** Writes that were acknowledged and are not there. */
  readonly lost: readonly string[]
}

export interface Hammer {
  /** From now on these versions of the application run, one beside the other. */
  deploy(...codes: readonly Code[]): void
  /** Ends all requests, and looks for the writes in the form that the last version sees. */
  stop(): Promise<Suffered>
}

export interface HammerOptions {
  readonly url: string
  readonly code: Code
  /** Ids up to this one are there. */
  readonly rows: number
  /** How long one transaction after the other reads the table. */
  readonly longReadMs: number
  readonly readers?: number
  readonly writers?: number
}

/** Readers and writers of single rows through a pool, in short transactions, and beside them somebody who reads for long. */
export async function startHammer({ url, code, rows, longReadMs, readers = 2, writers = 3 }: HammerOptions): Promise<Hammer> {
  const pool = new Pool({ connectionString: url, max: readers + writers })
  pool.on('error', () => {})
  let codes: readonly Code[] = [code]
  let working = true
  let requests = 0
  let longestMs = 0
  const failures: string[] = []
  /** What was written last, and acknowledged; nothing where it is not known whether it was. */
  const acknowledged = new Map<number, number | undefined>()

  const request = async (ask: () => Promise<void>): Promise<boolean> => {
    const started = performance.now()
    const error = await ask().then(
      () => undefined,
      (refused: unknown) => refused,
    )
    longestMs = Math.max(longestMs, performance.now() - started)
    requests++
    if (error !== undefined) failures.push(error instanceof Error ? error.message : String(error))
    await new Promise((resolve) => setTimeout(resolve, 2))
    return error === undefined
  }
  const codeOf = (at: number): Code => codes[at % codes.length]!

  const read = async (at: number): Promise<void> => {
    for (let turn = at; working; turn++) {
      await request(async () => {
        await pool.query(codeOf(turn).read, [1 + ((turn * 7919) % rows)])
      })
    }
  }
  // Each writer has rows of its own, so that what it wrote last is what has to be there.
  const write = async (at: number): Promise<void> => {
    for (let turn = 1; working; turn++) {
      const { insert, update } = codeOf(turn)
      const added = rows + turn * writers + at
      const changed = at + writers * (1 + ((turn * 6007) % Math.floor((rows - writers) / writers)))
      const value = turn * 10 + at
      const done = await request(async () => {
        const client = await pool.connect()
        try {
          await client.query('BEGIN')
          await client.query(insert, [added, value])
          const { rowCount } = await client.query(update, [changed, value])
          await client.query('COMMIT')
          // A row that the change itself takes away is nobody's any more.
          if (rowCount === 0) acknowledged.delete(changed)
          else acknowledged.set(changed, value)
          acknowledged.set(added, value)
        } catch (error) {
          await client.query('ROLLBACK').catch(() => {})
          throw error
        } finally {
          client.release()
        }
      })
      if (!done) for (const id of [changed, added]) acknowledged.set(id, undefined)
    }
  }
  const readForLong = async (): Promise<void> => {
    const client = new Client({ connectionString: url })
    client.on('error', () => {})
    await client.connect()
    for (let turn = 0; working; turn++) {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
      const error = await client.query(codeOf(turn).read, [1]).then(
        () => undefined,
        (refused: unknown) => refused,
      )
      if (error !== undefined) failures.push(`the long reader: ${error instanceof Error ? error.message : String(error)}`)
      for (let waited = 0; working && waited < longReadMs; waited += 50) await new Promise((resolve) => setTimeout(resolve, 50))
      await client.query('ROLLBACK')
      await new Promise((resolve) => setTimeout(resolve, longReadMs / 5))
    }
    await client.end()
  }

  const all = [...Array.from({ length: readers }, (_, at) => read(at)), ...Array.from({ length: writers }, (_, at) => write(at)), readForLong()]
  return {
    deploy: (...next) => void (codes = next),
    async stop() {
      working = false
      await Promise.all(all)
      const known = [...acknowledged].filter(([, value]) => value !== undefined)
      const { rows: found } = await pool.query<{ id: string; value: string }>(codes.at(-1)!.written, [known.map(([id]) => id)]).catch((error: Error) => {
        failures.push(`afterwards: ${error.message}`)
        return { rows: [] }
      })
      const values = new Map(found.map(({ id, value }) => [Number(id), Number(value)]))
      await pool.end()
      return { requests, longestMs, failures, lost: known.flatMap(([id, value]) => (values.get(id) === value ? [] : [`row ${id}: ${value} was acknowledged, ${values.get(id) ?? 'nothing'} is there`])) }
    },
  }
}
