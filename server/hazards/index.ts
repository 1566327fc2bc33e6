import type { Assessed } from '../model/assessed'
import type { Finding } from '../model/finding'
import type { Policy } from '../model/policy'
import type { Hazard } from './hazard'

export const hazards: readonly Hazard[] = []

export function findHazards(assessed: Assessed, policy: Policy, directives: string): readonly Finding[] {
  void directives
  return hazards.flatMap((hazard) => hazard.find(assessed, policy))
}
