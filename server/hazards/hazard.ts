import type { Assessed } from '../model/assessed'
import type { Finding } from '../model/finding'
import type { Policy } from '../model/policy'

/** A way in which effects hurt. Knows no SQL and no operation; judges one statement where it stands in its transaction. */
export interface Hazard {
  /** What `-- lockscope: allow` takes. */
  readonly name: string
  readonly title: string
  readonly find: (assessed: Assessed, policy: Policy) => readonly Finding[]
}
