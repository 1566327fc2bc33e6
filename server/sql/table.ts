import type { AlterTableCmd, AlterTableStmt, ColumnDef, Constraint, CreateStmt, IndexElem, Node, PartitionBoundSpec, PartitionElem, PartitionSpec, RangeVar, TypeName as TypeNode } from '@pgsql/types'
import { lookup } from '../model/lookup'
import type { WrittenName } from '../model/name'
import type { AlterAction, AlterRelation, ColumnDefinition, ConstraintDefinition, CreateTable, Expression, ForeignKeyAction, IndexElement, LikeOption, PartitionBound, PartitionBy, Persistence, TypeName } from './command'
import { as, definition, flag, integer, options, relation, relationKind, role, text, texts, valueText, writtenList } from './names'
import type { Slice, Source } from './source'

export const createTable = (source: Source, statement: CreateStmt, slice: Slice, foreign: boolean): CreateTable => {
  const { tokens } = source
  const elements = statement.tableElts ?? []
  const open = openElements(source, statement.relation)
  const parts = open < 0 ? elements.map(() => slice) : source.parts(source.inside(open), elements.length)
  const columns: ColumnDefinition[] = []
  const constraints: ConstraintDefinition[] = []
  const like: CreateTable['like'][number][] = []
  elements.forEach((node, index) => {
    const part = parts[index]!
    const column = as(node, 'ColumnDef')
    const constraint = as(node, 'Constraint')
    const copied = as(node, 'TableLikeClause')
    if (column !== undefined) columns.push(columnDefinition(source, column, part))
    else if (constraint !== undefined) constraints.push(constraintDefinition(source, constraint, part))
    else if (copied !== undefined) like.push({ relation: relation(copied.relation), including: likeOptions(copied.options ?? 0) })
  })
  const parents = (statement.inhRelations ?? []).map((node) => relation(as(node, 'RangeVar')))
  const bound = statement.partbound
  return {
    kind: 'create-table',
    relation: relation(statement.relation),
    span: source.span(slice),
    foreign,
    persistence: persistence(statement.relation),
    ifNotExists: statement.if_not_exists === true,
    columns,
    constraints,
    like,
    inherits: bound === undefined ? parents : [],
    options: options(statement.options, true),
    ...(statement.ofTypename === undefined ? {} : { ofType: writtenList(statement.ofTypename.names) }),
    ...(bound === undefined ? {} : { partitionOf: { parent: parents[0]!, bound: partitionBound(source, bound, { from: tokens.at(bound.location ?? 0), to: slice.to }) } }),
    ...(statement.partspec === undefined ? {} : { partitionBy: partitionBy(source, statement.partspec) }),
  }
}

export const alterTable = (source: Source, statement: AlterTableStmt, slice: Slice): AlterRelation[] => {
  const { tokens } = source
  const commands = (statement.cmds ?? []).flatMap((node) => as(node, 'AlterTableCmd') ?? [])
  let from = source.afterName(tokens.at(statement.relation?.location ?? 0))
  while (tokens.sign(from) === '*' || tokens.sign(from) === ')') from++
  const parts = source.parts({ from, to: slice.to }, commands.length)
  const object = relationKind(statement.objtype) ?? 'table'
  const table = relation(statement.relation)
  const only = statement.relation?.inh !== true && statement.objtype !== 'OBJECT_TYPE'
  const ifExists = statement.missing_ok === true
  return commands.map((command, index) => {
    const part = parts[index]!
    const cascade = statement.objtype === 'OBJECT_TYPE' && command.behavior === 'DROP_CASCADE'
    return { kind: 'alter', object, relation: table, only, ifExists, action: alterAction(source, command, part), span: source.span(part), ...(cascade && { cascade }) }
  })
}

export const persistence = (range: RangeVar | undefined): Persistence => (range?.relpersistence === 't' ? 'temporary' : range?.relpersistence === 'u' ? 'unlogged' : 'permanent')

const openElements = (source: Source, table: RangeVar | undefined): number => {
  const { tokens } = source
  let at = source.afterName(tokens.at(table?.location ?? 0))
  if (tokens.isWord(at, 'of')) at = source.afterName(at + 1)
  else if (tokens.isWord(at, 'partition') && tokens.isWord(at + 1, 'of')) at = source.afterName(at + 2)
  return tokens.sign(at) === '(' ? at : -1
}

/** Of an identity: `GENERATED … AS IDENTITY (SEQUENCE NAME orders_numbers)`. */
function namedSequence(constraint: Constraint | undefined): { readonly sequence?: WrittenName } {
  const items = as(definition(constraint?.options, 'sequence_name')?.arg, 'List')?.items
  return items === undefined ? {} : { sequence: writtenList(items) }
}

/** Bits of TableLikeOption in src/include/nodes/parsenodes.h. */
const likeBits: readonly LikeOption[] = ['comments', 'compression', 'constraints', 'defaults', 'generated', 'identity', 'indexes', 'statistics', 'storage']
const likeOptions = (bits: number): readonly LikeOption[] => likeBits.filter((_, bit) => (bits & (1 << bit)) !== 0)

const serials: Readonly<Record<string, string>> = lookup({ serial: 'int4', serial4: 'int4', bigserial: 'int8', serial8: 'int8', smallserial: 'int2', serial2: 'int2' })

type Rest = { -readonly [Key in 'notNull' | 'default' | 'generated' | 'identity']?: ColumnDefinition[Key] }

const columnDefinition = (source: Source, node: ColumnDef, part: Slice): ColumnDefinition => {
  const { tokens } = source
  // In ALTER TABLE the part begins with ADD COLUMN, in CREATE TABLE with the name.
  const slice = node.location === undefined ? part : { from: tokens.at(node.location), to: part.to }
  const name = node.colname ?? ''
  const written = node.typeName === undefined ? undefined : typeName(source, node.typeName, slice.to)
  const base = written === undefined || written.schema !== undefined || written.dimensions > 0 ? undefined : serials[written.name]
  const inline = inlineConstraints(source, node, slice)
  const constraints: ConstraintDefinition[] = []
  const rest: Rest = {}
  for (const { constraint, attributes, slice: own } of inline) {
    const span = source.span(own)
    switch (constraint.contype) {
      case 'CONSTR_NOTNULL':
        rest.notNull = { span, ...(constraint.conname === undefined ? {} : { name: constraint.conname }), ...(constraint.is_no_inherit === true ? { noInherit: true as const } : {}) }
        break
      case 'CONSTR_DEFAULT': {
        const keyword = source.find(own, 'default')
        rest.default = source.expression({ from: keyword + 1, to: own.to })
        break
      }
      case 'CONSTR_GENERATED': {
        const open = source.open(own.from, own.to)
        rest.generated = { expression: source.expression(source.inside(open)), stored: constraint.generated_kind === 's' }
        break
      }
      case 'CONSTR_IDENTITY':
        rest.identity = { always: constraint.generated_when === 'a', span, ...namedSequence(constraint) }
        break
      case 'CONSTR_CHECK':
      case 'CONSTR_PRIMARY':
      case 'CONSTR_UNIQUE':
      case 'CONSTR_FOREIGN':
      case 'CONSTR_EXCLUSION':
        constraints.push(constraintDefinition(source, constraint, own, name, attributes))
        break
      default:
    }
  }
  return {
    name,
    span: source.span(slice),
    constraints,
    ...(written === undefined ? {} : { type: base === undefined ? written : { ...written, name: base } }),
    ...(base === undefined ? {} : { serial: true as const }),
    ...(node.collClause === undefined ? {} : { collation: writtenList(node.collClause.collname) }),
    ...rest,
  }
}

interface Inline {
  readonly constraint: Constraint
  readonly attributes: ReadonlySet<string>
  readonly slice: Slice
}

/** Each constraint of a column reaches to the next; DEFERRABLE and the like are nodes of their own that belong to the one before. */
const inlineConstraints = (source: Source, node: ColumnDef, slice: Slice): Inline[] => {
  const { tokens } = source
  const constraints = (node.constraints ?? []).flatMap((one) => as(one, 'Constraint') ?? [])
  const borders = constraints.map(({ location }) => tokens.at(location ?? 0))
  const collation = node.collClause === undefined ? -1 : tokens.at(node.collClause.location ?? 0)
  const found: { constraint: Constraint; attributes: Set<string>; from: number; to: number }[] = []
  constraints.forEach((constraint, index) => {
    const from = borders[index]!
    let to = borders[index + 1] ?? slice.to
    if (collation > from && collation < to) to = collation
    const last = found.at(-1)
    if (constraint.contype?.startsWith('CONSTR_ATTR_') === true && last !== undefined) {
      last.attributes.add(constraint.contype)
      last.to = to
    } else found.push({ constraint, attributes: new Set(), from, to })
  })
  return found.map(({ constraint, attributes, from, to }) => ({ constraint, attributes, slice: { from, to } }))
}

const actions: Readonly<Record<string, ForeignKeyAction>> = { a: 'no action', r: 'restrict', c: 'cascade', n: 'set null', d: 'set default' }

/** `column` and `attributes` are given for a column's own constraint. */
const constraintDefinition = (source: Source, node: Constraint, part: Slice, column?: string, attributes?: ReadonlySet<string>): ConstraintDefinition => {
  const { tokens } = source
  const slice = node.location === undefined ? part : { from: tokens.at(node.location), to: part.to }
  const body = { from: tokens.isWord(slice.from, 'constraint') ? slice.from + 2 : slice.from, to: slice.to }
  const notEnforced = node.is_enforced !== true || attributes?.has('CONSTR_ATTR_NOT_ENFORCED') === true
  const initiallyDeferred = node.initdeferred === true || attributes?.has('CONSTR_ATTR_DEFERRED') === true
  const canBeUnenforced = node.contype === 'CONSTR_CHECK' || node.contype === 'CONSTR_FOREIGN'
  const common = {
    span: source.span(slice),
    notValid: node.skip_validation === true,
    notEnforced: canBeUnenforced && notEnforced,
    deferrable: node.deferrable === true || initiallyDeferred || attributes?.has('CONSTR_ATTR_DEFERRABLE') === true,
    initiallyDeferred,
    ...(node.conname === undefined ? {} : { name: node.conname }),
  }
  switch (node.contype) {
    case 'CONSTR_CHECK': {
      const open = source.open(body.from, body.to)
      return { type: 'check', expression: source.expression(source.inside(open)), noInherit: node.is_no_inherit === true, ...common }
    }
    case 'CONSTR_NOTNULL':
      return { type: 'not-null', column: column ?? texts(node.keys)[0] ?? '', noInherit: node.is_no_inherit === true, ...common }
    case 'CONSTR_FOREIGN':
      return {
        type: 'foreign-key',
        columns: column === undefined ? texts(node.fk_attrs) : [column],
        references: relation(node.pktable),
        referencedColumns: texts(node.pk_attrs),
        match: node.fk_matchtype === 'f' ? 'full' : node.fk_matchtype === 'p' ? 'partial' : 'simple',
        onDelete: actions[node.fk_del_action ?? 'a'] ?? 'no action',
        onUpdate: actions[node.fk_upd_action ?? 'a'] ?? 'no action',
        period: node.fk_with_period === true,
        ...(node.fk_del_set_cols === undefined ? {} : { onDeleteColumns: texts(node.fk_del_set_cols) }),
        ...common,
      }
    case 'CONSTR_EXCLUSION': {
      const open = source.open(body.from, body.to)
      const pairs = (node.exclusions ?? []).map((pair) => as(pair, 'List')?.items ?? [])
      const parts = source.parts(source.inside(open), pairs.length)
      const condition = source.find({ from: tokens.closing(open) + 1, to: body.to }, 'where')
      return {
        type: 'exclude',
        method: node.access_method ?? 'btree',
        elements: pairs.map(([element], index) => {
          const own = parts[index]!
          const operator = source.find(own, 'with')
          return indexElement(source, as(element, 'IndexElem') ?? {}, operator < 0 ? own : { from: own.from, to: operator })
        }),
        operators: pairs.map(([, operator]) => texts(as(operator, 'List')?.items).join('.')),
        include: texts(node.including),
        ...(condition < 0 ? {} : { predicate: source.expression(source.inside(source.open(condition, body.to))) }),
        ...common,
      }
    }
    default:
      return {
        type: node.contype === 'CONSTR_PRIMARY' ? 'primary-key' : 'unique',
        columns: column === undefined ? texts(node.keys) : [column],
        include: texts(node.including),
        nullsNotDistinct: node.nulls_not_distinct === true,
        options: options(node.options, true),
        withoutOverlaps: node.without_overlaps === true,
        ...(node.indexname === undefined ? {} : { usingIndex: node.indexname }),
        ...common,
      }
  }
}

export const typeName = (source: Source, node: TypeNode, limit: number): TypeName => {
  const from = source.tokens.at(node.location ?? 0)
  const slice = { from, to: endOfType(source, from, limit) }
  const span = source.span(slice)
  const names = texts(node.names)
  const schema = names.length > 1 ? names.at(-2) : undefined
  return {
    sql: source.sql.slice(span.start, span.end),
    name: names.at(-1) ?? '',
    modifiers: (node.typmods ?? []).flatMap((modifier) => integer(modifier) ?? []),
    dimensions: node.arrayBounds?.length ?? 0,
    span,
    ...(schema === undefined || schema === 'pg_catalog' ? {} : { schema }),
  }
}

const intervalFields = new Set(['year', 'month', 'day', 'hour', 'minute', 'second', 'to'])

/** The grammar's `Typename`, as far as it tells where a type ends. */
const endOfType = (source: Source, from: number, limit: number): number => {
  const { tokens } = source
  let i = from
  if (tokens.isWord(i, 'setof')) i++
  const first = tokens.word(i)
  if (first === 'national') i++
  if (tokens.isWord(i + 1, 'varying') && ['character', 'char', 'nchar', 'bit'].includes(tokens.word(i))) i += 2
  else if (first === 'double' && tokens.isWord(i + 1, 'precision')) i += 2
  else i = source.afterName(i)
  if (first === 'interval') while (intervalFields.has(tokens.word(i))) i++
  if (tokens.sign(i) === '(') i = tokens.closing(i) + 1
  if ((first === 'timestamp' || first === 'time') && (tokens.isWord(i, 'with') || tokens.isWord(i, 'without')) && tokens.isWord(i + 1, 'time')) i += 3
  if (tokens.sign(i) === '%') i += 2
  if (tokens.isWord(i, 'array')) i++
  while (tokens.sign(i) === '[') i = tokens.closing(i) + 1
  return Math.min(Math.max(i, from + 1), limit)
}

type Element = Pick<IndexElem & PartitionElem, 'name' | 'expr' | 'collation' | 'opclass'> & { ordering?: IndexElem['ordering'] }

export const indexElement = (source: Source, node: Element, slice: Slice): IndexElement => ({
  descending: node.ordering === 'SORTBY_DESC',
  ...(node.name === undefined ? { expression: source.expression(elementExpression(source, slice)) } : { column: node.name }),
  ...(node.collation === undefined ? {} : { collation: writtenList(node.collation) }),
  ...(node.opclass === undefined ? {} : { operatorClass: writtenList(node.opclass) }),
})

/** `(a + b)` is written in parentheses of its own, a call is not. */
const elementExpression = (source: Source, slice: Slice): Slice => {
  const { tokens } = source
  if (tokens.sign(slice.from) === '(') return source.inside(slice.from)
  let i = source.afterName(slice.from)
  if (tokens.isWord(slice.from, 'collation') && tokens.isWord(i, 'for')) i++
  return { from: slice.from, to: Math.min(tokens.sign(i) === '(' ? tokens.closing(i) + 1 : i, slice.to) }
}

export const partitionBy = (source: Source, spec: PartitionSpec): PartitionBy => {
  const open = source.open(source.tokens.at(spec.location ?? 0), source.tokens.count)
  const keys = spec.partParams ?? []
  const parts = source.parts(source.inside(open), keys.length)
  return {
    strategy: spec.strategy === 'PARTITION_STRATEGY_RANGE' ? 'range' : spec.strategy === 'PARTITION_STRATEGY_HASH' ? 'hash' : 'list',
    keys: keys.map((key, index) => indexElement(source, as(key, 'PartitionElem') ?? {}, parts[index]!)),
  }
}

const partitionBound = (source: Source, bound: PartitionBoundSpec, slice: Slice): PartitionBound => {
  if (bound.is_default === true) return { strategy: 'default' }
  if (bound.strategy === 'h') return { strategy: 'hash', modulus: bound.modulus ?? 0, remainder: bound.remainder ?? 0 }
  const { tokens } = source
  const lists: (readonly Expression[])[] = []
  for (let i = slice.from; i < slice.to && lists.length < 2; i++) {
    if (tokens.depths[i] !== tokens.depths[slice.from] || tokens.sign(i) !== '(') continue
    lists.push(source.commaParts(source.inside(i)).map((part) => source.expression(part)))
    i = tokens.closing(i)
    if (bound.strategy === 'l') break
  }
  return bound.strategy === 'l' ? { strategy: 'list', values: lists[0] ?? [] } : { strategy: 'range', from: lists[0] ?? [], to: lists[1] ?? [] }
}

const alterAction = (source: Source, command: AlterTableCmd, slice: Slice): AlterAction => {
  const { tokens } = source
  const column = command.name ?? String(command.num ?? '')
  const name = command.name ?? ''
  const ifExists = command.missing_ok === true
  const cascade = command.behavior === 'DROP_CASCADE'
  const definitions = as(command.def, 'List')?.items
  switch (command.subtype ?? 'AT_AddColumn') {
    case 'AT_AddColumn':
      return { action: 'add-column', ifNotExists: ifExists, column: columnDefinition(source, as(command.def, 'ColumnDef') ?? {}, slice) }
    case 'AT_DropColumn':
      return { action: 'drop-column', column, ifExists, cascade }
    case 'AT_AlterColumnType': {
      const node = as(command.def, 'ColumnDef') ?? {}
      const using = node.raw_default === undefined ? -1 : source.find(slice, 'using')
      return {
        action: 'alter-type',
        column,
        type: typeName(source, node.typeName ?? {}, slice.to),
        ...(node.collClause === undefined ? {} : { collation: writtenList(node.collClause.collname) }),
        ...(using < 0 ? {} : { using: source.expression({ from: using + 1, to: slice.to }) }),
      }
    }
    case 'AT_SetNotNull':
      return { action: 'set-not-null', column }
    case 'AT_DropNotNull':
      return { action: 'drop-not-null', column }
    case 'AT_ColumnDefault': {
      if (command.def === undefined) return { action: 'drop-default', column }
      return { action: 'set-default', column, default: source.expression({ from: source.find({ from: slice.from, to: slice.to }, 'default') + 1, to: slice.to }) }
    }
    case 'AT_AddIdentity': {
      const identity = as(command.def, 'Constraint')
      return { action: 'add-identity', column, always: identity?.generated_when === 'a', ...namedSequence(identity) }
    }
    case 'AT_SetIdentity': {
      const generated = integer(definition(definitions, 'generated')?.arg)
      return { action: 'set-identity', column, ...(generated === undefined ? {} : { always: generated === 'a'.charCodeAt(0) }) }
    }
    case 'AT_DropIdentity':
      return { action: 'drop-identity', column, ifExists }
    case 'AT_SetExpression': {
      const open = source.open(source.find(slice, 'expression'), slice.to)
      return { action: 'set-expression', column, expression: source.expression(source.inside(open)) }
    }
    case 'AT_DropExpression':
      return { action: 'drop-expression', column, ifExists }
    case 'AT_SetStatistics':
      return { action: 'set-statistics', column, value: command.def === undefined ? 'default' : valueText(command.def) }
    case 'AT_SetStorage':
      return { action: 'set-storage', column, value: valueText(command.def) }
    case 'AT_SetCompression':
      return { action: 'set-compression', column, value: valueText(command.def) }
    case 'AT_SetOptions':
      return { action: 'set-column-options', column, options: options(definitions, true) }
    case 'AT_ResetOptions':
      return { action: 'reset-column-options', column, options: options(definitions, false) }
    case 'AT_AddConstraint':
      return { action: 'add-constraint', constraint: constraintDefinition(source, as(command.def, 'Constraint') ?? {}, slice) }
    case 'AT_ValidateConstraint':
      return { action: 'validate-constraint', name }
    case 'AT_DropConstraint':
      return { action: 'drop-constraint', name, ifExists, cascade }
    case 'AT_AlterConstraint': {
      const change = as(command.def, 'ATAlterConstraint') ?? {}
      return {
        action: 'alter-constraint',
        name: change.conname ?? '',
        ...(change.alterDeferrability === true ? { deferrable: change.deferrable === true, initiallyDeferred: change.initdeferred === true } : {}),
        ...(change.alterEnforceability === true ? { enforced: change.is_enforced === true } : {}),
        ...(change.alterInheritability === true ? { noInherit: change.noinherit === true } : {}),
      }
    }
    case 'AT_AttachPartition': {
      const partition = as(command.def, 'PartitionCmd') ?? {}
      const bound = partition.bound
      return {
        action: 'attach-partition',
        partition: relation(partition.name),
        ...(bound === undefined ? {} : { bound: partitionBound(source, bound, { from: tokens.at(bound.location ?? 0), to: slice.to }) }),
      }
    }
    case 'AT_DetachPartition': {
      const partition = as(command.def, 'PartitionCmd') ?? {}
      return { action: 'detach-partition', partition: relation(partition.name), mode: partition.concurrent === true ? 'concurrently' : 'plain' }
    }
    case 'AT_DetachPartitionFinalize':
      return { action: 'detach-partition', partition: relation(as(command.def, 'PartitionCmd')?.name), mode: 'finalize' }
    case 'AT_AddInherit':
      return { action: 'inherit', parent: relation(as(command.def, 'RangeVar')) }
    case 'AT_DropInherit':
      return { action: 'no-inherit', parent: relation(as(command.def, 'RangeVar')) }
    case 'AT_SetRelOptions':
      return { action: 'set-options', options: options(definitions, true) }
    case 'AT_ResetRelOptions':
      return { action: 'reset-options', options: options(definitions, false) }
    case 'AT_SetLogged':
      return { action: 'set-logged' }
    case 'AT_SetUnLogged':
      return { action: 'set-unlogged' }
    case 'AT_SetTableSpace':
      return { action: 'set-tablespace', name }
    case 'AT_SetAccessMethod':
      return { action: 'set-access-method', ...(command.name === undefined ? {} : { name }) }
    case 'AT_EnableTrig':
      return { action: 'enable-trigger', trigger: { name } }
    case 'AT_EnableAlwaysTrig':
      return { action: 'enable-trigger', trigger: { name }, when: 'always' }
    case 'AT_EnableReplicaTrig':
      return { action: 'enable-trigger', trigger: { name }, when: 'replica' }
    case 'AT_EnableTrigAll':
      return { action: 'enable-trigger', trigger: 'all' }
    case 'AT_EnableTrigUser':
      return { action: 'enable-trigger', trigger: 'user' }
    case 'AT_DisableTrig':
      return { action: 'disable-trigger', trigger: { name } }
    case 'AT_DisableTrigAll':
      return { action: 'disable-trigger', trigger: 'all' }
    case 'AT_DisableTrigUser':
      return { action: 'disable-trigger', trigger: 'user' }
    case 'AT_EnableRule':
      return { action: 'enable-rule', name }
    case 'AT_EnableAlwaysRule':
      return { action: 'enable-rule', name, when: 'always' }
    case 'AT_EnableReplicaRule':
      return { action: 'enable-rule', name, when: 'replica' }
    case 'AT_DisableRule':
      return { action: 'disable-rule', name }
    case 'AT_EnableRowSecurity':
      return { action: 'row-security', change: 'enable' }
    case 'AT_DisableRowSecurity':
      return { action: 'row-security', change: 'disable' }
    case 'AT_ForceRowSecurity':
      return { action: 'row-security', change: 'force' }
    case 'AT_NoForceRowSecurity':
      return { action: 'row-security', change: 'no-force' }
    case 'AT_ClusterOn':
      return { action: 'cluster-on', index: name }
    case 'AT_DropCluster':
      return { action: 'set-without-cluster' }
    case 'AT_ReplicaIdentity': {
      const identity = as(command.def, 'ReplicaIdentityStmt')
      switch (identity?.identity_type) {
        case 'f':
          return { action: 'replica-identity', identity: 'full' }
        case 'n':
          return { action: 'replica-identity', identity: 'nothing' }
        case 'i':
          return { action: 'replica-identity', identity: { index: identity.name ?? '' } }
        default:
          return { action: 'replica-identity', identity: 'default' }
      }
    }
    case 'AT_ChangeOwner':
      return { action: 'owner', role: role(command.newowner) }
    case 'AT_AddOf':
      return { action: 'of-type', type: writtenList(as(command.def, 'TypeName')?.names) }
    case 'AT_DropOf':
      return { action: 'not-of-type' }
    case 'AT_DropOids':
      return { action: 'set-without-oids' }
    case 'AT_GenericOptions':
      return { action: 'foreign-options' }
    case 'AT_AlterColumnGenericOptions':
      return { action: 'foreign-options', column }
    default:
      return { action: 'other', subtype: command.subtype ?? '', ...(command.name === undefined ? {} : { name }) }
  }
}

export const concurrently = (params: readonly Node[] | undefined): boolean => {
  const option = definition(params, 'concurrently')
  return option !== undefined && flag(option)
}

export const ownedBy = (nodes: readonly Node[] | undefined): { relation: WrittenName; column: string } | 'none' | undefined => {
  const option = definition(nodes, 'owned_by')
  if (option === undefined) return undefined
  const items = as(option.arg, 'List')?.items ?? []
  if (items.length < 2) return 'none'
  return { relation: writtenList(items.slice(0, -1)), column: text(items.at(-1)) }
}
