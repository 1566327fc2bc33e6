// Rows are filled and the column gets its default behind that: those that come in between have neither.
import { columnOf } from './catalog/relation'
import type { Assessed } from './model/assessed'
import type { Step } from './model/plan'
import { alterHead, sqlStep } from './operations/constraint-plans'
import { recognise, typeOf } from './operations/index'
import { completedPlan, contextOf, isFaithful } from './plan'
import { attempt } from './session'
import type { Circumstances } from './session'
import { ofStatement, placeOf } from './stepped'
import type { Stepped } from './stepped'
import type { AlterRelation, DataChange } from './sql/command'
import { read } from './sql/read'
import { saysWord } from './sql/tokens'

/** By the place of the ALTER TABLE that sets the default, that there is one UPDATE before it. */
function runs(steps: readonly Stepped[], marked: readonly number[]): ReadonlyMap<number, number> {
  return new Map(marked.flatMap((at) => (at > 0 && fills(steps[at - 1]!) && partsOf(steps[at - 1]!, steps[at]!) ? [[at, 1] as const] : [])))
}

const fills = ofStatement(({ sql, assessed: { plan } }: Stepped): boolean => /^\s*update\b/i.test(sql) && plan?.fit === 'staged' && !saysWord(sql, 'default'))

const setsDefault = ({ sql }: Stepped): boolean => /^\s*alter\s+table\b/i.test(sql) && /\bset\s+default\b/i.test(sql) && read(sql).commands.every((command) => command.kind === 'alter' && kinds.has(command.action.action))

/** What waits for the rows to be filled, or may stand before as well as behind that. */
const kinds: ReadonlySet<string> = new Set(['set-default', 'set-not-null'])

export const defaultFirst = { isPart: setsDefault, runs, assess }

interface Parts {
  readonly change: DataChange
  /** Defaults of columns that the UPDATE fills, and all else, in their order. */
  readonly defaults: readonly AlterRelation[]
  readonly others: readonly AlterRelation[]
}

/** Undefined where no row would come in without a value. */
function partsOf({ sql, before }: Stepped, alter: Stepped): Parts | undefined {
  const [change] = read(sql).commands
  const { commands, standIns = [] } = read(alter.sql)
  if (change?.kind !== 'update' || before.transaction.block !== alter.before.transaction.block || !isFaithful(alter.sql, standIns)) return undefined
  const name = before.catalog.resolve(change.relation)
  const table = before.catalog.table(name)
  const alters = commands.flatMap((command) => (command.kind === 'alter' && alter.before.catalog.resolve(command.relation) === name ? [command] : []))
  const isFilled = (column: string): boolean => {
    const known = columnOf(table, column)
    return known !== undefined && !known.notNull && known.default === undefined && change.columns.includes(column)
  }
  const isFirst = ({ action }: AlterRelation): boolean => action.action === 'set-default' && isFilled(action.column)
  const defaults = alters.filter(isFirst)
  return alters.length < commands.length || defaults.length === 0 ? undefined : { change, defaults, others: alters.filter((one) => !isFirst(one)) }
}

function assess([update, alter]: readonly Stepped[], circumstances: Circumstances): Assessed {
  const [first, last] = [update!, alter!]
  const { change, defaults, others } = partsOf(first, last)!
  const start = first.before.catalog
  const context = { ...contextOf(last.sql, start), isOneOfSeveral: others.length > 1 }
  const head = alterHead(defaults[0]!, context)
  const said = (actions: readonly AlterRelation[]): string => `${head} ${actions.map(({ span }) => last.sql.slice(span.start, span.end)).join(', ')};`
  const filling = recognise(change)
  const withDefault = attempt(said(defaults), start, circumstances).after
  const batches = filling && typeOf(filling, change, withDefault).plan?.(filling, withDefault, contextOf(first.sql, withDefault))
  if (!batches || batches.fit !== 'staged') return last.assessed
  let catalog = attempt(first.sql, withDefault, circumstances).after
  const behind = others.flatMap((command): readonly Step[] => {
    const operation = recognise(command)
    const plan = operation && typeOf(operation, command, catalog).plan?.(operation, catalog, context)
    catalog = attempt(said([command]), catalog, circumstances).after
    return plan ? [...plan.expand, ...plan.migrate, ...plan.contract] : [sqlStep(said([command]), 'shared', 'Needs no other way.')]
  })
  const plan = completedPlan(
    {
      title: `Set the default first, so that no row comes in without a value; then ${batches.title[0]!.toLowerCase()}${batches.title.slice(1)}${others.length > 0 ? ', and say the rest behind that' : ''}`,
      fit: 'staged',
      expand: [sqlStep(said(defaults), 'shared', 'Rows that come in from here on have a value.'), ...batches.expand],
      migrate: [...batches.migrate, ...behind],
      contract: batches.contract,
      ...(batches.code && { code: batches.code }),
      takesIn: 1,
    },
    start,
    placeOf(last, circumstances),
    context,
  )
  return { ...last.assessed, plan }
}
