import type { Assessed } from '../model/assessed'
import type { Finding } from '../model/finding'
import type { Policy } from '../model/policy'
import { brokenCode } from './broken-code'
import { bulkWrite } from './bulk-write'
import { deadlock } from './deadlock'
import { failsOnData } from './fails-on-data'
import type { Hazard } from './hazard'
import { invalidIndex } from './invalid-index'
import { lateCommit } from './late-commit'
import { lockQueue } from './lock-queue'
import { longLock } from './long-lock'
import { lostData } from './lost-data'
import { needsNewerServer } from './needs-newer-server'
import { needsNoTransaction } from './needs-no-transaction'
import { repeatedWork } from './repeated-work'
import { stoppedSubscriber } from './stopped-subscriber'
import { timeout } from './timeout'
import { unread } from './unread'
import { unusedAllow } from './unused-allow'
import type { Directive } from './unused-allow'

/** Every hazard that looks at a statement. `unused-allow` looks at what they found. */
export const hazards: readonly Hazard[] = [longLock, lateCommit, bulkWrite, lockQueue, repeatedWork, deadlock, brokenCode, lostData, stoppedSubscriber, failsOnData, needsNoTransaction, needsNewerServer, timeout, invalidIndex, unread]

/** Findings of one statement, less what its directives allow, plus what is wrong with these. */
export function findHazards(assessed: Assessed, policy: Policy, directives: readonly Directive[]): readonly Finding[] {
  const found: Finding[] = []
  for (const hazard of hazards) for (const finding of hazard.find(assessed, policy)) found.push(finding)
  if (directives.length === 0) return found
  const allowed = new Set(directives.filter((directive) => directive.reason !== undefined).map((directive) => directive.hazard))
  return [...found.filter((finding) => !allowed.has(finding.hazard)), ...unusedAllow(directives, found, hazards.map((hazard) => hazard.name))]
}
