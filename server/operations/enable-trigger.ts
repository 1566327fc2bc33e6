import type { Rule, Trigger } from '../catalog/relation'
import type { Catalog } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import { quoteIdentifier } from '../model/name'
import type { RelationName } from '../model/name'
import type { AlterAction, AlterRelation } from '../sql/command'
import { writtenName } from '../sql/print'
import { changeFiring, changeTable, lock, partitionsBelow } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'

interface EnableTrigger extends Operation {
  readonly kind: 'enable-trigger'
  readonly alter: AlterRelation
  readonly change: Extract<AlterAction, { action: 'enable-trigger' | 'disable-trigger' | 'enable-rule' | 'disable-rule' }>
}

export const enableTrigger = operationType<EnableTrigger>({
  kind: 'enable-trigger',
  title: 'Enable or disable triggers and rules',
  recognise(command) {
    if (command.kind !== 'alter') return undefined
    const { action } = command
    if (action.action !== 'enable-trigger' && action.action !== 'disable-trigger' && action.action !== 'enable-rule' && action.action !== 'disable-rule') return undefined
    return { kind: 'enable-trigger', relation: command.relation, span: command.span, alter: command, change: action }
  },

  effects({ alter, change }, catalog): readonly Effect[] {
    const table = catalog.resolve(alter.relation)
    if (!('trigger' in change)) return [lock(table, 'ACCESS EXCLUSIVE')]
    return [table, ...(alter.only || !goesOn(table, change, catalog) ? [] : partitionsBelow(catalog, table))].map((one) => ({ ...lock(one, 'SHARE ROW EXCLUSIVE'), asStrongAs: table }))
  },

  apply({ alter, change }, catalog) {
    const table = catalog.resolve(alter.relation)
    if (!('trigger' in change)) {
      return changeFiring(catalog, table, (before) => ({ ...before, rules: before.rules.map((rule) => (rule.name === change.name ? switched(rule, change) : rule)) }))
    }
    const { trigger } = change
    const below = alter.only ? [] : partitionsBelow(catalog, table)
    // On a partition those alone that it has of the whole.
    const whole = catalog.table(table)?.triggers.map(({ name }) => name)
    const isSwitched = (own: Trigger, one: RelationName): boolean => (one === table || whole === undefined || whole.includes(own.name)) && isMeant(own, change, one, catalog)
    const fired = [table, ...below].reduce((result, one) => changeFiring(result, one, (before) => ({ ...before, triggers: before.triggers.map((own) => (isSwitched(own, one) ? switched(own, change) : own)) })), catalog)
    // Up to 14 foreign keys have theirs on the partitions alone, where the whole's switch does not go.
    const keyed = trigger !== 'all' ? [] : catalog.surroundings.version >= 15 ? [table, ...below] : [table].filter((one) => catalog.table(one)?.kind !== 'partitioned table')
    return keyed.reduce((result, one) => changeTable(result, one, ({ keysAtRest: _, ...before }) => ({ ...before, ...(change.action === 'disable-trigger' && { keysAtRest: true as const }) })), fired)
  },

  needs({ alter, change }, catalog) {
    const table = catalog.table(catalog.resolve(alter.relation))
    // 12 looks for the trigger itself on each partition, where its copy counts as internal and USER leaves it out.
    const isRefused = 'trigger' in change && change.trigger === 'user' && !alter.only && table?.kind === 'partitioned table' && table.triggers.some((one) => one.forEach !== 'statement' && isMeant(one, change, table.name, catalog)) && catalog.partitions(table.name).length > 0
    return isRefused ? [{ what: 'TRIGGER USER of a partitioned table that has one', since: 13 }] : []
  },

  // What is disabled was enabled, as nearly all are; what is enabled may have been so before, and of one trigger the catalog may know.
  wayBack({ alter, change }, catalog) {
    const switching = (how: string): string => `ALTER TABLE ${alter.only ? 'ONLY ' : ''}${writtenName(alter.relation)} ${how};`
    if (change.action === 'disable-rule' && 'name' in change) return switching(`ENABLE RULE ${quoteIdentifier(change.name)}`)
    // ALL and USER would also enable those that were disabled before.
    if (!('trigger' in change) || typeof change.trigger === 'string') return undefined
    const { name } = change.trigger
    const before = catalog.table(catalog.resolve(alter.relation))?.triggers.find((one) => one.name === name)
    if (before) return switching(before.enabled ? `ENABLE ${before.role === undefined ? '' : `${before.role.toUpperCase()} `}TRIGGER ${quoteIdentifier(name)}` : `DISABLE TRIGGER ${quoteIdentifier(name)}`)
    return change.action === 'disable-trigger' ? switching(`ENABLE TRIGGER ${quoteIdentifier(name)}`) : undefined
  },
})

/** Whether there is a trigger for each row of which partitions have a copy; up to 14 only one that is not as it shall be already (EnableDisableTrigger in src/backend/commands/trigger.c). */
function goesOn(name: RelationName, change: Extract<EnableTrigger['change'], { trigger: unknown }>, catalog: Catalog): boolean {
  const table = catalog.table(name)
  if (!table?.complete) return true
  const { trigger } = change
  const usual: Firing = { enabled: true }
  const wanted = switched(usual, change)
  const isChanged = ({ enabled, role }: Firing): boolean => catalog.surroundings.version >= 15 || enabled !== wanted.enabled || (enabled && role !== wanted.role)
  if (table.triggers.some((one) => one.forEach !== 'statement' && isMeant(one, change, name, catalog) && isChanged(one))) return true
  if (trigger !== 'all') return false
  // Constraints have triggers of PostgreSQL's own; up to 14 foreign keys have theirs on the partitions alone.
  const hasKeys = catalog.referencing(name).length > 0 || table.constraints.some(({ type }) => type === 'foreign-key')
  return (hasKeys && catalog.surroundings.version >= 15) || (table.constraints.some(({ index, deferrable }) => index !== undefined && deferrable === true) && isChanged(usual))
}

/** In 12 a partition's copy of a trigger counts as internal, and USER leaves it out. */
function isMeant({ name, forEach }: Trigger, { trigger }: Extract<EnableTrigger['change'], { trigger: unknown }>, table: RelationName, catalog: Catalog): boolean {
  if (typeof trigger !== 'string') return name === trigger.name
  const whole = catalog.surroundings.version < 13 && trigger === 'user' ? catalog.table(table)?.partitionOf?.parent : undefined
  return whole === undefined || !catalog.table(whole)?.triggers.some((one) => one.name === name && one.forEach !== 'statement' && forEach !== 'statement')
}

type Firing = Pick<Trigger | Rule, 'enabled' | 'role'>

function switched<F extends Firing>(firing: F, { action, when }: EnableTrigger['change']): F {
  const { role: _, ...rest } = firing
  return { ...rest, enabled: action.startsWith('enable'), ...(when && { role: when }) } as F
}
