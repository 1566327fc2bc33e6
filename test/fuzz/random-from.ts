/** Numbers that are the same on every machine. */
export interface Random {
  /** A whole number from 0 to below the limit. */
  below(limit: number): number
  pick<T>(list: readonly T[]): T
  /** `share` of the answers are true, 0 to 1. */
  chance(share: number): boolean
}

/** Mulberry32. Each round has a seed of its own, so one that fails is repeated by itself: `FUZZ=1 SEED=… ROUND=…`. */
export function randomFrom(seed: number, round = 0): Random {
  let state = Math.imul(seed, 0x9e3779b1) ^ Math.imul(round + 1, 0x85ebca6b)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return { below, pick: (list) => list[below(list.length)]!, chance: (share) => next() < share }
}

/** How much is tried: `FUZZ` rounds, or as many as fit into `npm test`. */
export const rounds = (usual: number): number => Number(process.env['FUZZ'] ?? usual)
export const seed = Number(process.env['SEED'] ?? 20_261_121)
export const firstRound = Number(process.env['ROUND'] ?? 0)
