import type { RelationName } from './name'

/** What is tolerable. All times in milliseconds. */
export interface Policy extends Tolerance {
  readonly tables: Readonly<Record<RelationName, Partial<Tolerance>>>
}

export interface Tolerance {
  /** Reads or writes blocked this long are a warning. */
  readonly blockedWarningMs: number
  /** … an error. */
  readonly blockedErrorMs: number
  /** One statement changing rows for this long is a warning. */
  readonly changeWarningMs: number
  /** … an error. */
  readonly changeErrorMs: number
}

/** The field's own tiers of run time: decompose, batch, a plan of its own. */
export const tiers = { decomposeMs: 30_000, batchMs: 300_000, planMs: 1_800_000 } as const

export const defaultPolicy: Policy = { blockedWarningMs: 500, blockedErrorMs: 5_000, changeWarningMs: 5_000, changeErrorMs: 30_000, tables: {} }

export const toleranceFor = (policy: Policy, relations: readonly RelationName[]): Tolerance => {
  const { tables, ...general } = policy
  if (Object.keys(tables).length === 0) return general
  return relations.reduce<Tolerance>((strictest, relation) => {
    const own = { ...general, ...tables[relation] }
    return {
      blockedWarningMs: Math.min(strictest.blockedWarningMs, own.blockedWarningMs),
      blockedErrorMs: Math.min(strictest.blockedErrorMs, own.blockedErrorMs),
      changeWarningMs: Math.min(strictest.changeWarningMs, own.changeWarningMs),
      changeErrorMs: Math.min(strictest.changeErrorMs, own.changeErrorMs),
    }
  }, relations.length > 0 ? { blockedWarningMs: Infinity, blockedErrorMs: Infinity, changeWarningMs: Infinity, changeErrorMs: Infinity } : general)
}
