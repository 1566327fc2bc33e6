import measured from './activities.json'

/** Table-level lock modes by the manual's names without LOCK, weakest first (PostgreSQL manual, 13.3.1). */
export const lockModes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const

export type LockMode = (typeof lockModes)[number]

/** Row `a`, column `b` is `x` where a and b cannot be held on one relation by two transactions (src/backend/storage/lmgr/lock.c, LockConflicts). */
const matrix: Record<LockMode, string> = {
  'ACCESS SHARE': '.......x',
  'ROW SHARE': '......xx',
  'ROW EXCLUSIVE': '....xxxx',
  'SHARE UPDATE EXCLUSIVE': '...xxxxx',
  SHARE: '..xx.xxx',
  'SHARE ROW EXCLUSIVE': '..xxxxxx',
  EXCLUSIVE: '.xxxxxxx',
  'ACCESS EXCLUSIVE': 'xxxxxxxx',
}

const places = Object.fromEntries(lockModes.map((mode, place) => [mode, place])) as Record<LockMode, number>

export const conflicts = (a: LockMode, b: LockMode): boolean => matrix[a][places[b]] === 'x'

/** Higher takes more; only an order to choose by, for SHARE UPDATE EXCLUSIVE and SHARE each admit what the other stops. */
export const strength = (mode: LockMode): number => places[mode]

export const strongest = (modes: Iterable<LockMode>): LockMode => {
  let result: LockMode = 'ACCESS SHARE'
  for (const mode of modes) if (strength(mode) > strength(result)) result = mode
  return result
}

/** The modes that stop what no other of them stops too: two where neither covers the other, as SHARE and ROW EXCLUSIVE. The strongest comes first. */
export function decisive(modes: Iterable<LockMode>): readonly LockMode[] {
  const all = [...new Set(modes)].sort((a, b) => strength(b) - strength(a))
  return all.filter((mode) => !all.some((other) => other !== mode && lockModes.every((third) => conflicts(other, third) || !conflicts(mode, third))))
}

/** What stops for others while a mode is held. */
export interface Blocked {
  readonly reads: boolean
  readonly writes: boolean
}

export const blocked = (mode: LockMode): Blocked => blockedBy[mode]

const blockedBy = Object.fromEntries(lockModes.map((mode) => [mode, { reads: conflicts(mode, 'ACCESS SHARE'), writes: conflicts(mode, 'ROW EXCLUSIVE') }])) as Record<LockMode, Blocked>

/** What users run, in one line what waits for the same: with statements that say it, and the modes of others on the table for which it waits, as real servers showed. */
export interface Activity {
  readonly activity: string
  /** Among the few that a hover has room for. */
  readonly common?: boolean
  readonly statements: readonly string[]
  readonly waits: readonly LockMode[]
}

/** `npm run witness` asks servers and writes the file; the table in a hover and the page of locks read it. */
export const activities = measured as readonly Activity[]

/** What an application's transaction holds on a table, and what it may go on to ask for. */
export const habits: readonly { readonly holds: LockMode; readonly needs: LockMode; readonly who: string }[] = [
  { holds: 'ACCESS SHARE', needs: 'ROW EXCLUSIVE', who: 'has read it and goes on to write to it' },
  { holds: 'ACCESS SHARE', needs: 'ROW SHARE', who: 'has read it and goes on to lock rows of it' },
]

/** The lock that a query takes on a table with partitions or children, and then on each of these. */
export const descents: readonly { readonly mode: LockMode; readonly who: string }[] = [
  { mode: 'ACCESS SHARE', who: 'queries' },
  { mode: 'ROW EXCLUSIVE', who: 'writes to' },
]

/** Whether rows that refer to this table cannot be written meanwhile: their foreign key locks the row that they refer to (src/backend/utils/adt/ri_triggers.c, RI_FKey_check). */
export const stopsForeignKeys = (mode: LockMode): boolean => conflicts(mode, 'ROW SHARE')
