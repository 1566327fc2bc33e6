import { strength } from '../model/lock'
import type { Plan } from '../model/plan'
import type { Span } from '../model/span'
import type { Do as Command } from '../sql/command'
import { assumedWithin, blockBody, effectsWithin, failsWithin, refusesBlock, unreadWithin, visit } from './body'
import type { Body } from './body'
import { noWay } from './constraint-plans'
import { operationType } from './operation'
import type { Operation } from './operation'

interface Do extends Operation {
  readonly kind: 'do'
  readonly command: Command
}

export const doBlock = operationType<Do>({
  kind: 'do',
  title: 'Run a block of code',
  // What is underlined is its head, not all of its text.
  recognise: (command) => (command.kind === 'do' ? { kind: 'do', span: headOf(command), command } : undefined),
  effects: ({ command }, catalog) => effectsWithin(bodyOf(command), catalog),
  apply: ({ command }, catalog) => visit(bodyOf(command), catalog, () => []).after,
  breaks: ({ command }, catalog) => visit(bodyOf(command), catalog, (type, operation, before) => type.breaks?.(operation, before) ?? []).found,
  stops: ({ command }, catalog) => visit(bodyOf(command), catalog, (type, operation, before) => type.stops?.(operation, before) ?? []).found,
  loses: ({ command }, catalog) => visit(bodyOf(command), catalog, (type, operation, before) => type.loses?.(operation, before) ?? []).found,
  assumes: ({ command }, catalog) => assumedWithin(bodyOf(command), catalog),
  // How often a loop sleeps is in the time of its batches, or not known.
  sleeps: ({ command }, catalog) => visit(bodyOf(command), catalog, (type, operation, before, { loop, caught }, open, why) => (loop || caught || why || open.length > 0 ? [] : [type.sleeps?.(operation, before) ?? 0])).found.reduce((sum, one) => sum + one, 0),
  fails: ({ command }, catalog) => failsWithin(bodyOf(command), catalog),
  transactionBlock: ({ command }, catalog) => (refusesBlock(bodyOf(command), catalog) ? 'forbidden' : 'allowed'),

  // What a block does it does in its own transaction and by its own conditions, so that none of its statements is taken out of it unseen.
  plan({ command }, catalog, context): Plan | undefined {
    const ways = visit(bodyOf(command), catalog, (type, operation, before, { sql }) => {
      const isLong = type.effects(operation, before).some(({ lock, work }) => work.length > 0 && strength(lock) >= strength('SHARE'))
      const plan = isLong ? type.plan?.(operation, before, { ...context, sql, before, drops: false, isOneOfSeveral: false }) : undefined
      return plan ? [plan.title] : []
    }).found
    const [first] = ways
    return first === undefined ? undefined : noWay(`Take it out of the block, for by itself it has another way: ${first[0]!.toLowerCase()}${first.slice(1)}`)
  },

  unread({ command }, catalog) {
    if (command.language !== 'plpgsql') return `The block is written in \`${command.language}\`, which is not read.`
    const body = bodyOf(command)
    return body ? unreadWithin(body, catalog)[0] : 'The text of the block is not understood, so its locks are unknown.'
  },
})

const headOf = ({ span, bodySpan }: Command): Span => ({ start: span.start, end: Math.max(span.start + 2, Math.min(bodySpan.start, span.end)) })

const bodyOf = ({ language, body }: Command): Body | undefined => blockBody(language, body)
