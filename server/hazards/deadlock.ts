import type { Assessed, AssessedEffect } from '../model/assessed'
import type { Finding } from '../model/finding'
import type { Holds } from '../model/holds'
import { conflicts, descents, habits, stopsForeignKeys, strength } from '../model/lock'
import type { Hazard } from './hazard'
import { tableNames } from './words'

/** The transaction has one lock and asks for another in an order in which it and ordinary traffic can come to wait for each other. */
export const deadlock: Hazard = {
  name: 'deadlock',
  title: 'Two transactions that wait for each other',

  find(assessed): readonly Finding[] {
    const asked = assessed.effects.filter((effect) => (assessed.held.size > 0 || effect.behind) && !effect.fresh && !effect.indexOf && !isHeld(effect, assessed.held) && !goes(effect, assessed))
    const found = asked.map((effect) => upgraded(effect, assessed) ?? against(effect, assessed) ?? beneath(effect, assessed)).find((finding) => finding !== undefined)
    if (found) return [found]
    const { crosses } = assessed
    return crosses ? [crossed(crosses)] : []
  },
}

/** Its own transactions come one after the other, so this takes two that run it at the same time. */
const crossed = ({ first, second, span }: NonNullable<Assessed['crosses']>): Finding => ({
  hazard: 'deadlock',
  severity: 'info',
  perTransaction: 0,
  span,
  message: `Locks ${tableNames([first])} and then ${tableNames([second])}, and an earlier transaction of this file the other way round: run twice at the same time, each waits for the other until one is ended as a deadlock. Keep to one order.`,
  related: [],
})

/** A lock that the transaction has, or a stronger one, is not asked for again. */
const isHeld = (effect: AssessedEffect, held: Holds): boolean => held.on(effect.relation).some((hold) => strength(hold.lock) >= strength(effect.lock))

/** Nobody uses any more what goes away under its name, or they fail all the same. */
const goes = ({ relation }: AssessedEffect, { breaks }: Assessed): boolean => breaks.some(({ missed }) => missed?.relation === relation && missed.whole)

/** The same table, locked more strongly: others got their first lock beside ours, and wait for us with their second. */
function upgraded(effect: AssessedEffect, { held }: Assessed): Finding | undefined {
  for (const hold of held.on(effect.relation)) {
    if (hold.fresh || strength(effect.lock) <= strength(hold.lock)) continue
    const habit = habits.find(({ holds, needs }) => !conflicts(hold.lock, holds) && conflicts(hold.lock, needs) && conflicts(effect.lock, holds))
    const rows = hold.rows && !hold.blocks.writes && effect.blocks.writes
    if (!habit && !rows) continue
    const who = habit ? habit.who : 'has changed rows of it and goes on to one that this transaction has changed'
    return {
      hazard: 'deadlock',
      severity: 'warning',
      perTransaction: 1,
      span: effect.span,
      message: `Asks for ${effect.lock} on ${tableNames([effect.relation])}, on which the transaction holds ${hold.lock}: whoever ${who} waits for this transaction, and this one for them, until one of the two is ended as a deadlock. Take the stronger lock first, or commit in between.`,
      related: [{ ordinal: hold.ordinal, message: `Takes ${hold.lock} on ${tableNames([hold.relation])}, kept until the transaction ends` }],
    }
  }
  return undefined
}

/** Whoever queries a table with partitions or children locks it first, and these after it. */
function beneath(effect: AssessedEffect, { effects, held }: Assessed): Finding | undefined {
  const query = descents.find(({ mode }) => conflicts(effect.lock, mode) && !held.on(effect.relation).some((hold) => conflicts(hold.lock, mode)))
  if (!query) return undefined
  const hold = (effect.leadsTo ?? []).flatMap((one) => held.on(one)).sort((a, b) => a.ordinal - b.ordinal).find((one) => !one.fresh && conflicts(one.lock, query.mode))
  const own = hold ?? effects.find((one) => effect.behind?.includes(one.relation) && !one.fresh && conflicts(one.lock, query.mode))
  if (!own) return undefined
  const [whole, part] = [tableNames([effect.relation]), tableNames([own.relation])]
  return {
    hazard: 'deadlock',
    severity: 'warning',
    perTransaction: 1,
    span: effect.span,
    message: `Asks for ${effect.lock} on ${whole} when ${hold ? 'the transaction' : 'it'} holds ${own.lock} on ${part}, which is a part of it: whoever ${query.who} ${whole} has locked it and goes on to ${part}, so each waits for the other until one is ended as a deadlock. Lock ${whole} first${hold ? ', or commit in between' : ''}.`,
    related: hold ? [{ ordinal: hold.ordinal, message: `Takes ${hold.lock} on ${part}, kept until the transaction ends` }] : [],
  }
}

/** Whoever writes to a table with a foreign key locks that table first and the one it refers to after it. */
function against(effect: AssessedEffect, { held }: Assessed): Finding | undefined {
  const [table, ...others] = effect.looksInto ?? []
  if (table === undefined || held.on(effect.relation).some((hold) => hold.blocks.writes)) return undefined
  const hold = [table, ...others].flatMap((one) => held.on(one)).sort((a, b) => a.ordinal - b.ordinal).find((one) => !one.fresh && stopsForeignKeys(one.lock))
  if (!hold) return undefined
  return {
    hazard: 'deadlock',
    severity: 'warning',
    perTransaction: 1,
    span: effect.span,
    message: `Asks for ${effect.lock} on ${tableNames([effect.relation])} while the transaction holds ${hold.lock} on ${tableNames([hold.relation])}, to which its rows refer: whoever inserts into ${tableNames([effect.relation])} has locked it and goes on to look into ${tableNames([hold.relation])}, so each waits for the other until one is ended as a deadlock. Lock ${tableNames([effect.relation])} first, or commit in between.`,
    related: [{ ordinal: hold.ordinal, message: `Takes ${hold.lock} on ${tableNames([hold.relation])}, kept until the transaction ends` }],
  }
}
