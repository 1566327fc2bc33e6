import type { AlterObjectSchemaStmt, Node, RangeVar, RawStmt, RenameStmt, RuleStmt, VariableSetStmt } from '@pgsql/types'
import type { WrittenName } from '../model/name'
import type { Span } from '../model/span'
import type { AlterDomain, Command, CreateFunction, CreateTrigger, CreateType, DropOther, DropRelation, Expression, PolicyCommand, Publication, Rename, RoleCommand, SetVariable, Statistics, StorageOption, Transaction } from './command'
import { as, definition, flag, type NodeOf, objectName, options, partsOf, readName, relation, relationKind, role, type Tag, text, texts, valueText, written, writtenList } from './names'
import { calledFunction, dataChange, queryFacts, resultColumns } from './query'
import type { Slice, Source } from './source'
import { alterTable, concurrently, createTable, indexElement, ownedBy, persistence, typeName } from './table'
import { TokenKind } from './tokens'
import { triggerCondition } from './trigger-condition'

/** `count` is how many statements the text holds: one, unless a caller did not split it. */
export const commandsOf = (source: Source, { stmt, stmt_location = 0, stmt_len = 0 }: RawStmt, count: number): readonly Command[] => {
  if (stmt === undefined) return []
  const { tokens } = source
  const slice = { from: tokens.at(stmt_location), to: count === 1 || stmt_len === 0 ? tokens.count : tokens.at(stmt_location + stmt_len) }
  while (slice.to > slice.from && tokens.sign(slice.to - 1) === ';') slice.to--
  return commands(source, stmt, slice)
}

type Readers = { readonly [T in Tag]?: (node: NodeOf<T>, context: Context) => Command | readonly Command[] }

interface Context {
  readonly source: Source
  readonly slice: Slice
  readonly span: Span
  readonly node: Node
}

const commands = (source: Source, node: Node, slice: Slice): readonly Command[] => {
  const tag = Object.keys(node)[0] as Tag
  const context = { source, slice, span: source.span(slice), node }
  const reader = readers[tag] as ((body: unknown, context: Context) => Command | readonly Command[]) | undefined
  const body = (node as Record<string, unknown>)[tag]
  const result = reader?.(body, context) ?? other(tag, body, context)
  return Array.isArray(result) ? (result as readonly Command[]) : [result as Command]
}

/** FETCH ALL asks for as many rows as a long integer can say, which has 32 bits here. */
const mostFetched = 2 ** 31 - 1

/** CURSOR_OPT_HOLD in src/include/nodes/parsenodes.h. */
const heldCursor = 0x20

/** Behind the FOR of DECLARE … CURSOR … FOR. */
const declaredQuery = (source: Source, slice: Slice): { sql?: string } => {
  const at = source.find(slice, 'for')
  if (at < 0) return {}
  const { start, end } = source.span({ from: at + 1, to: slice.to })
  return { sql: source.sql.slice(start, end) }
}

/** Behind AS, without WITH CHECK OPTION. */
function viewText(source: Source, slice: Slice): { queryText?: string } {
  const { tokens } = source
  const at = source.find(slice, 'as')
  if (at < 0 || source.find({ from: slice.from, to: at }, 'recursive') >= 0) return {}
  const hasCheck = tokens.isWord(slice.to - 2, 'check') && tokens.isWord(slice.to - 1, 'option')
  const to = !hasCheck ? slice.to : tokens.isWord(slice.to - 3, 'with') ? slice.to - 3 : slice.to - 4
  return { queryText: source.sql.slice(tokens.starts[at + 1], tokens.ends[to - 1]) }
}

/** Behind AS, without WITH [NO] DATA. */
function materializedText(source: Source, slice: Slice): { queryText?: string } {
  const { tokens } = source
  const at = source.find(slice, 'as')
  if (at < 0) return {}
  const saysData = tokens.isWord(slice.to - 1, 'data')
  const to = !saysData ? slice.to : tokens.isWord(slice.to - 2, 'no') && tokens.isWord(slice.to - 3, 'with') ? slice.to - 3 : tokens.isWord(slice.to - 2, 'with') ? slice.to - 2 : slice.to
  return { queryText: source.sql.slice(tokens.starts[at + 1], tokens.ends[to - 1]) }
}

const other = (statement: string, body: unknown, { span }: Context): Command => {
  const { relation: direct, table } = body as { relation?: RangeVar; table?: RangeVar }
  const range = direct ?? table
  return { kind: 'other', statement, span, ...(range?.relname === undefined ? {} : { relation: relation(range) }) }
}

const policyEvents: Readonly<Record<string, PolicyCommand['on']>> = { select: 'select', insert: 'insert', update: 'update', delete: 'delete' }

function policy({ policy_name, table }: NodeOf<'CreatePolicyStmt'> | NodeOf<'AlterPolicyStmt'>, { source, slice, span, node }: Context): Omit<PolicyCommand, 'change'> {
  const using = inParentheses(source, slice, 'using')
  const check = inParentheses(source, slice, 'check')
  return { kind: 'policy', name: policy_name ?? '', relation: relation(table), query: queryFacts(source, node), span, ...(using !== undefined && { using }), ...(check !== undefined && { check }) }
}

/** Behind the word. */
function inParentheses({ sql, tokens }: Source, slice: Slice, word: string): string | undefined {
  for (let at = slice.from; at < slice.to; at++) {
    if (tokens.depths[at] === tokens.depths[slice.from] && tokens.isWord(at, word) && tokens.sign(at + 1) === '(') return sql.slice(tokens.ends[at + 1], tokens.starts[tokens.closing(at + 1)])
  }
  return undefined
}

const roleNames = (nodes: readonly Node[] | undefined): readonly string[] => (nodes ?? []).map((one) => role(as(one, 'RoleSpec')))

function roleOptions(nodes: readonly Node[] | undefined): Pick<RoleCommand, 'exempt' | 'of' | 'members'> {
  const named = (name: string): readonly string[] => roleNames(as(definition(nodes, name)?.arg, 'List')?.items)
  const exempting = ['superuser', 'bypassrls'].flatMap((name) => {
    const option = definition(nodes, name)
    return option ? [as(option.arg, 'Boolean')?.boolval === true] : []
  })
  const inherits = as(definition(nodes, 'inherit')?.arg, 'Boolean')
  return { of: inherits && inherits.boolval !== true ? [] : named('addroleto'), members: [...named('rolemembers'), ...named('adminmembers')], ...(exempting.length > 0 && { exempt: exempting.includes(true) }) }
}

/** PUBLIC is every role. */
function rolesOf(roles: readonly Node[] | undefined): readonly string[] {
  const specs = (roles ?? []).flatMap((one) => as(one, 'RoleSpec') ?? [])
  return specs.some(({ roletype }) => roletype === 'ROLESPEC_PUBLIC') ? [] : specs.map(role)
}

const change = (_: unknown, { source, node, slice }: Context): Command | readonly Command[] => dataChange(source, node, slice) ?? []

const readers: Readers = {
  CreateStmt: (node, { source, slice }) => createTable(source, node, slice, false),
  CreateForeignTableStmt: (node, { source, slice }) => createTable(source, node.base ?? {}, slice, true),
  AlterTableStmt: (node, { source, slice }) => alterTable(source, node, slice),

  CreateTableAsStmt: (node, { source, slice, span }) => {
    const into = node.into ?? {}
    const query = as(node.query, 'SelectStmt')
    const columns = into.colNames === undefined ? resultColumns(query) : texts(into.colNames)
    return {
      kind: 'create-table-as',
      relation: relation(into.rel),
      span,
      materializedView: node.objtype === 'OBJECT_MATVIEW',
      persistence: persistence(into.rel),
      ifNotExists: node.if_not_exists === true,
      withData: into.skipData !== true,
      query: queryFacts(source, node.query),
      ...(columns === undefined ? {} : { columns }),
      ...(node.objtype === 'OBJECT_MATVIEW' && materializedText(source, slice)),
      ...(as(node.query, 'ExecuteStmt') === undefined ? {} : { prepared: as(node.query, 'ExecuteStmt')?.name ?? '' }),
    }
  },

  SelectStmt: (node, { source, span, node: whole }) => {
    const into = node.intoClause
    const query = queryFacts(source, whole)
    if (into !== undefined) {
      const columns = resultColumns(node)
      return { kind: 'create-table-as', relation: relation(into.rel), span, materializedView: false, persistence: persistence(into.rel), ifNotExists: false, withData: true, query, ...(columns === undefined ? {} : { columns }) }
    }
    return setConfig(node, span) ?? { kind: 'query', query, span }
  },

  InsertStmt: change,
  UpdateStmt: change,
  DeleteStmt: change,
  MergeStmt: change,

  ExplainStmt: (node, { source, slice, span }) => {
    const analyze = definition(node.options, 'analyze')
    if (node.query === undefined) return []
    const { tokens } = source
    let from = slice.from + 1
    if (tokens.sign(from) === '(') from = tokens.closing(from) + 1
    while (['analyze', 'analyse', 'verbose'].includes(tokens.word(from))) from++
    const explained = commands(source, node.query, { from, to: slice.to })
    return analyze !== undefined && flag(analyze) ? explained.map((one) => (one.kind === 'query' ? { ...one, query: { ...one.query, kept: 'counted' as const } } : one)) : { kind: 'explain', explained, span }
  },

  PrepareStmt: (node, { source, slice, span }) => {
    if (node.query === undefined) return []
    const types = parenthesised(source, slice.from + 2)
    const from = types ? types.to + 1 : slice.from + 2
    const inner = { from: from + 1, to: slice.to }
    const own = source.span(inner)
    return { kind: 'prepare', name: node.name ?? '', sql: source.sql.slice(own.start, own.end), types: textsOf(source, types), prepared: commands(source, node.query, inner), span }
  },
  ExecuteStmt: (node, { source, slice, span }) => ({ kind: 'execute', name: node.name ?? '', values: textsOf(source, parenthesised(source, slice.from + 2)), span }),
  DeallocateStmt: (node, { span }) => ({ kind: 'deallocate', span, ...(node.name === undefined ? {} : { name: node.name }) }),

  DeclareCursorStmt: (node, { source, slice, span }) => ({ kind: 'cursor', change: 'declare', name: node.portalname ?? '', query: queryFacts(source, node.query), ...declaredQuery(source, slice), ...(((node.options ?? 0) & heldCursor) !== 0 && { hold: true as const }), span }),
  FetchStmt: (node, { span }) => {
    const most = Number(node.howMany ?? 0)
    return { kind: 'cursor', change: 'fetch', name: node.portalname ?? '', span, ...(Math.abs(most) < mostFetched && { most: Math.abs(most) }), ...(node.ismove === true && { moves: true as const }) }
  },
  ClosePortalStmt: (node, { span }) => ({ kind: 'cursor', change: 'close', span, ...(node.portalname !== undefined && { name: node.portalname }) }),

  DropStmt: (node, { source, slice, span }) => {
    const object = relationKind(node.removeType)
    const isDomain = node.removeType === 'OBJECT_DOMAIN'
    const ifExists = node.missing_ok === true
    const cascade = node.behavior === 'DROP_CASCADE'
    const spans = namedSpans(source, slice, node.objects?.length ?? 0, span)
    const together = (node.objects ?? []).map((one) => written(partsOf(one)))
    return (node.objects ?? []).map((one, index): Command => {
      const parts = partsOf(one)
      const own = spans[index]!
      if (node.removeType === 'OBJECT_TRIGGER') return { kind: 'drop-trigger', name: parts.at(-1) ?? '', relation: written(parts.slice(0, -1)), ifExists, span: own }
      if (object !== undefined && !isDomain) {
        return { kind: 'drop', object, relation: written(parts), together, span: own, ifExists, cascade, concurrently: node.concurrent === true } satisfies DropRelation
      }
      if (node.removeType === 'OBJECT_STATISTIC_EXT') return { kind: 'statistics', change: 'drop', name: written(parts), exists: ifExists ? 'if exists' : 'must', span: own }
      const onRelation = node.removeType === 'OBJECT_POLICY' || node.removeType === 'OBJECT_RULE'
      return {
        kind: 'drop-other',
        object: objectName(node.removeType),
        name: onRelation ? { name: parts.at(-1) ?? '' } : written(parts),
        span: own,
        ifExists,
        cascade,
        ...(onRelation ? { relation: written(parts.slice(0, -1)) } : {}),
        ...argumentTypes(one, source, slice),
      } satisfies DropOther
    })
  },

  RenameStmt: (node, { source, slice, span }) => (node.renameType === 'OBJECT_STATISTIC_EXT' ? movedStatistics(node, { name: node.newname ?? '' }, span) : { ...rename(node, span), ...(node.object && argumentTypes(node.object, source, slice)) }),

  AlterObjectSchemaStmt: (node, { source, slice, span }) => {
    if (node.objectType === 'OBJECT_STATISTIC_EXT') return movedStatistics(node, { schema: node.newschema ?? '' }, span)
    const object = node.objectType === 'OBJECT_DOMAIN' ? 'type' : (relationKind(node.objectType) ?? 'other')
    const named = written(partsOf(node.object))
    const name = node.relation === undefined ? (object === 'other' ? undefined : named) : relation(node.relation)
    const isRoutine = /^OBJECT_(FUNCTION|PROCEDURE|ROUTINE)$/.test(node.objectType ?? '')
    return { kind: 'set-schema', object, schema: node.newschema ?? '', ifExists: node.missing_ok === true, span, ...(name === undefined ? {} : { relation: name }), ...(isRoutine && { function: named, ...argumentTypes(node.object!, source, slice) }) }
  },

  TruncateStmt: (node, { span }) => ({
    kind: 'truncate',
    relations: tables(node.relations),
    cascade: node.behavior === 'DROP_CASCADE',
    restartIdentity: node.restart_seqs === true,
    span,
  }),

  IndexStmt: (node, { source, slice, span }) => {
    const { tokens } = source
    const keyword = source.find(slice, 'index')
    let after = source.afterName(tokens.at(node.relation?.location ?? 0))
    while (tokens.sign(after) === '*' || tokens.sign(after) === ')') after++
    const open = source.open(after, slice.to)
    const params = node.indexParams ?? []
    const parts = source.parts(source.inside(open), params.length)
    const where = node.whereClause === undefined ? -1 : source.find({ from: tokens.closing(open) + 1, to: slice.to }, 'where')
    return {
      kind: 'create-index',
      relation: relation(node.relation),
      only: node.relation?.inh !== true,
      unique: node.unique === true,
      concurrently: node.concurrent === true,
      ifNotExists: node.if_not_exists === true,
      method: node.accessMethod ?? 'btree',
      elements: params.map((param, index) => indexElement(source, as(param, 'IndexElem') ?? {}, parts[index]!)),
      include: (node.indexIncludingParams ?? []).map((param) => as(param, 'IndexElem')?.name ?? ''),
      nullsNotDistinct: node.nulls_not_distinct === true,
      options: options(node.options, true),
      span,
      sql: source.sql.slice(span.start, span.end),
      tail: source.sql.slice(tokens.starts[after], span.end),
      keyword: source.span({ from: keyword, to: keyword + 1 }),
      ...(node.idxname === undefined ? {} : { name: node.idxname }),
      ...(where < 0 ? {} : { predicate: source.expression({ from: where + 1, to: slice.to }) }),
      ...(node.tableSpace === undefined ? {} : { tablespace: node.tableSpace }),
    }
  },

  ReindexStmt: (node, { span }) => ({
    kind: 'reindex',
    target: reindexTargets[node.kind ?? 'REINDEX_OBJECT_INDEX'],
    concurrently: concurrently(node.params),
    span,
    ...(definition(node.params, 'tablespace') === undefined ? {} : { tablespace: valueText(definition(node.params, 'tablespace')!.arg) }),
    ...(node.relation === undefined ? {} : { relation: relation(node.relation) }),
    ...(node.name === undefined ? {} : { name: node.name }),
  }),

  CreateTrigStmt: (node, { source, span }) => ({
    kind: 'create-trigger',
    name: node.trigname ?? '',
    relation: relation(node.relation),
    replace: node.replace === true,
    constraint: node.isconstraint === true,
    timing: triggerTiming(node.timing ?? 0),
    events: triggerEvents.filter(([bit]) => ((node.events ?? 0) & bit) !== 0).map(([, event]) => event),
    of: texts(node.columns),
    forEachRow: node.row === true,
    deferred: node.initdeferred === true,
    transition: (node.transitionRels ?? []).flatMap((one) => as(one, 'TriggerTransition')?.name ?? []),
    function: writtenList(node.funcname),
    arguments: node.args?.length ?? 0,
    deferrable: node.deferrable === true,
    span,
    ...(node.whenClause === undefined ? {} : { when: triggerCondition(source.sql.slice(span.start, span.end))! }),
    ...(node.constrrel === undefined ? {} : { from: relation(node.constrrel) }),
  }),

  CreatePolicyStmt: (node, context) => {
    const on = policyEvents[node.cmd_name ?? 'all']
    return { ...policy(node, context), change: 'create', ...(on && { on }), ...(node.permissive !== true && { restrictive: true as const }), to: rolesOf(node.roles) }
  },

  AlterPolicyStmt: (node, context) => ({ ...policy(node, context), change: 'alter', ...(node.roles && { to: rolesOf(node.roles) }) }),

  RuleStmt: (node, { source, slice, span, node: whole }) => ({
    kind: 'create-rule',
    name: node.rulename ?? '',
    relation: relation(node.relation),
    replace: node.replace === true,
    event: ruleEvents[node.event ?? 'CMD_SELECT'] ?? 'select',
    instead: node.instead === true,
    conditional: node.whereClause !== undefined,
    ...ruleCondition(node, source, slice),
    actions: (node.actions ?? []).length === 0 ? [] : ruleActions(source, slice),
    sql: source.sql.slice(span.start, span.end),
    query: queryFacts(source, whole),
    span,
  }),

  ViewStmt: (node, { source, slice, span }) => ({
    kind: 'create-view',
    relation: relation(node.view),
    columns: texts(node.aliases),
    replace: node.replace === true,
    persistence: persistence(node.view),
    options: [...options(node.options, true), ...(checkOptions[node.withCheckOption ?? 'NO_CHECK_OPTION'] ?? [])],
    query: queryFacts(source, node.query),
    span,
    ...viewText(source, slice),
  }),

  CreateSeqStmt: (node, { span }) => {
    const owner = ownedBy(node.options)
    return { kind: 'create-sequence', relation: relation(node.sequence), persistence: persistence(node.sequence), ifNotExists: node.if_not_exists === true, span, ...(owner === undefined || owner === 'none' ? {} : { ownedBy: owner }) }
  },

  AlterSeqStmt: (node, { span }) => {
    const owner = ownedBy(node.options)
    return { kind: 'alter-sequence', relation: relation(node.sequence), ifExists: node.missing_ok === true, span, ...(owner === undefined ? {} : { ownedBy: owner }) }
  },

  CreateEnumStmt: (node, { span }) => ({ kind: 'create-type', type: 'enum', name: writtenList(node.typeName), labels: texts(node.vals), span }),
  CompositeTypeStmt: (node, { source, slice, span }) => {
    const nodes = (node.coldeflist ?? []).flatMap((one) => as(one, 'ColumnDef') ?? [])
    const parts = source.parts(source.inside(source.open(slice.from, slice.to)), nodes.length)
    return { kind: 'create-type', type: 'composite', name: relation(node.typevar), attributes: nodes.flatMap(({ colname = '', typeName: type }, index) => (type ? [{ name: colname, type: typeName(source, type, parts[index]!.to) }] : [])), span }
  },
  CreateRangeStmt: (node, { span }) => ({ kind: 'create-type', type: 'range', name: writtenList(node.typeName), span }),
  DefineStmt: (node, { span }) =>
    node.kind === 'OBJECT_TYPE' ? { kind: 'create-type', type: 'base', name: writtenList(node.defnames), span } : { kind: 'other', statement: 'DefineStmt', span },

  CreateDomainStmt: (node, { source, slice, span }) => {
    const { tokens } = source
    const constraints = (node.constraints ?? []).flatMap((one) => as(one, 'Constraint') ?? [])
    const borders = [...constraints.map(({ location }) => tokens.at(location ?? 0)), ...(node.collClause === undefined ? [] : [tokens.at(node.collClause.location ?? 0)]), slice.to].sort((a, b) => a - b)
    const own = (location: number | undefined): Slice => {
      const from = tokens.at(location ?? 0)
      return { from, to: borders.find((border) => border > from) ?? slice.to }
    }
    const initial = constraints.find(({ contype }) => contype === 'CONSTR_DEFAULT')
    const initialSlice = initial === undefined ? undefined : own(initial.location)
    const domain: NonNullable<CreateType['domain']> = {
      base: typeName(source, node.typeName ?? {}, slice.to),
      notNull: constraints.some(({ contype }) => contype === 'CONSTR_NOTNULL'),
      checks: constraints
        .filter(({ contype }) => contype === 'CONSTR_CHECK')
        .map((check) => {
          const part = own(check.location)
          return { expression: source.expression(source.inside(source.open(part.from, part.to))), ...(check.conname === undefined ? {} : { name: check.conname }) }
        }),
      ...(initialSlice === undefined ? {} : { default: source.expression({ from: source.find(initialSlice, 'default') + 1, to: initialSlice.to }) }),
    }
    return { kind: 'create-type', type: 'domain', name: writtenList(node.domainname), domain, span }
  },

  AlterEnumStmt: (node, { span }) => ({
    kind: 'alter-enum',
    name: writtenList(node.typeName),
    change: node.oldVal === undefined ? 'add' : 'rename',
    value: node.newVal ?? '',
    ...(node.oldVal === undefined ? {} : { from: node.oldVal }),
    ...(node.newValNeighbor === undefined ? {} : { beside: { label: node.newValNeighbor, isAfter: node.newValIsAfter === true } }),
    ifNotExists: node.skipIfNewValExists === true,
    span,
  }),

  AlterDomainStmt: (node, { source, slice, span }) => {
    const change: AlterDomain['change'] =
      node.subtype === 'T' ? (node.def === undefined ? 'drop-default' : 'set-default') : (domainChanges[node.subtype ?? ''] ?? 'set-not-null')
    const constraint = as(node.def, 'Constraint')
    const name = constraint?.conname ?? node.name
    const expression = (): AlterDomain['expression'] => {
      if (change === 'set-default') return source.expression({ from: source.find(slice, 'default') + 1, to: slice.to })
      if (constraint?.contype !== 'CONSTR_CHECK') return undefined
      return source.expression(source.inside(source.open(source.tokens.at(constraint.location ?? 0), slice.to)))
    }
    const written = expression()
    return {
      kind: 'alter-domain',
      name: writtenList(node.typeName),
      change,
      notValid: constraint?.skip_validation === true,
      ifExists: node.missing_ok === true,
      span,
      ...(name === undefined ? {} : { constraint: name }),
      ...(written === undefined ? {} : { expression: written }),
    }
  },

  CreateFunctionStmt: (node, { source, span }) => createFunction(source, node, span),

  CreateSchemaStmt: (node, { source, slice, span }) => {
    const name = node.schemaname ?? node.authrole?.rolename ?? ''
    const elements = node.schemaElts ?? []
    const slices = elementSlices(source, slice, elements.length)
    const parts = elements.flatMap((element, index) => commands(source, element, slices[index]!))
    const made = new Set(parts.flatMap((part) => ('relation' in part && part.kind.startsWith('create-') && part.relation?.schema === undefined ? [part.relation!.name] : [])))
    return [
      { kind: 'create-schema', name, ifNotExists: node.if_not_exists === true, span: elements.length === 0 ? span : source.span({ from: slice.from, to: slices[0]!.from > slice.from ? slices[0]!.from : slice.to }) },
      ...parts.map((part) => inSchema(part, name, made)),
    ]
  },

  CopyStmt: (node, { source, span }) => ({
    kind: 'copy',
    direction: node.is_from === true ? 'from' : 'to',
    columns: texts(node.attlist),
    inline: node.is_from === true && node.filename === undefined && node.is_program !== true,
    span,
    ...(node.is_from !== true && node.filename !== undefined && { toFile: true as const }),
    ...(node.relation === undefined ? {} : { relation: relation(node.relation) }),
    ...(node.query === undefined ? {} : { query: queryFacts(source, node.query) }),
  }),

  VacuumStmt: (node, { span }) => {
    const [full, ofDatabase] = ['full', 'only_database_stats'].map((name) => definition(node.options, name))
    return {
      kind: node.is_vacuumcmd === true ? 'vacuum' : 'analyze',
      full: full !== undefined && flag(full),
      relations: (node.rels ?? []).map((rel) => readName(as(rel, 'VacuumRelation')?.relation)),
      ...(ofDatabase !== undefined && flag(ofDatabase) && { ofDatabase: true as const }),
      span,
    }
  },

  ClusterStmt: (node, { span }) => ({
    kind: 'cluster',
    span,
    ...(node.relation === undefined ? {} : { relation: relation(node.relation) }),
    ...(node.indexname === undefined ? {} : { index: node.indexname }),
  }),

  RefreshMatViewStmt: (node, { span }) => ({
    kind: 'refresh-materialized-view',
    relation: relation(node.relation),
    concurrently: node.concurrent === true,
    withData: node.skipData !== true,
    span,
  }),

  LockStmt: (node, { span }) => ({ kind: 'lock-table', relations: tables(node.relations), mode: lockModes[node.mode ?? 8] ?? 'ACCESS EXCLUSIVE', nowait: node.nowait === true, span }),

  CommentStmt: (node, { span }) => {
    const parts = partsOf(node.object)
    const object = objectName(node.objtype)
    const name = commentedWhole.has(object) ? written(parts) : commentedPart.has(object) ? written(parts.slice(0, -1)) : undefined
    return { kind: 'comment', object, empty: (node.comment ?? '') === '', span, ...(name === undefined ? {} : { relation: name }), ...(commentedPart.has(object) ? { part: parts.at(-1)! } : {}) }
  },

  SecLabelStmt: (node, { span }) => {
    const parts = partsOf(node.object)
    const object = objectName(node.objtype)
    const name = commentedWhole.has(object) ? written(parts) : object === 'column' ? written(parts.slice(0, -1)) : undefined
    return { kind: 'comment', object, empty: (node.label ?? '') === '', label: true, span, ...(name === undefined ? {} : { relation: name }) }
  },

  GrantStmt: (node, { span }) => {
    const isRelation = node.objtype === 'OBJECT_TABLE' || node.objtype === 'OBJECT_SEQUENCE'
    return {
      kind: 'grant',
      revoke: node.is_grant !== true,
      object: objectName(node.objtype),
      relations: isRelation && node.targtype === 'ACL_TARGET_OBJECT' ? (node.objects ?? []).map((one) => relation(as(one, 'RangeVar'))) : [],
      allInSchemas: node.targtype === 'ACL_TARGET_ALL_IN_SCHEMA' ? texts(node.objects) : [],
      privileges: (node.privileges ?? []).flatMap((one) => {
        const privilege = as(one, 'AccessPriv')
        return privilege === undefined ? [] : [{ columns: texts(privilege.cols), ...(privilege.priv_name === undefined ? {} : { name: privilege.priv_name.toUpperCase() }) }]
      }),
      roles: (node.grantees ?? []).map((one) => role(as(one, 'RoleSpec'))),
      option: node.grant_option === true,
      span,
    }
  },

  GrantRoleStmt: (node, { span }) => {
    const revoke = node.is_grant !== true
    const of = (node.granted_roles ?? []).flatMap((one) => as(one, 'AccessPriv')?.priv_name ?? [])
    const options = (node.opt ?? []).flatMap((one) => as(one, 'DefElem') ?? [])
    const inherit = options.find(({ defname }) => defname === 'inherit')
    // ADMIN OPTION FOR and SET OPTION FOR leave a member what it is.
    const isKept = revoke && options.length > 0 && !inherit
    const has = !revoke && (inherit === undefined || as(inherit.arg, 'Boolean')?.boolval === true)
    return { kind: 'grant', revoke, object: 'role', relations: [], allInSchemas: [], privileges: [], roles: (node.grantee_roles ?? []).map((one) => role(as(one, 'RoleSpec'))), option: false, ...(!isKept && { memberships: { of, has } }), span }
  },

  CreateEventTrigStmt: (node, { span }) => {
    const tags = as(definition(node.whenclause, 'tag')?.arg, 'List')
    return { kind: 'event-trigger', change: 'create', name: node.trigname ?? '', event: node.eventname ?? '', function: writtenList(node.funcname), span, ...(tags && { tags: texts(tags.items).map((tag) => tag.toUpperCase()) }) }
  },

  // ENABLE REPLICA has it fire in sessions alone that replicate.
  AlterEventTrigStmt: (node, { span }) => ({ kind: 'event-trigger', change: node.tgenabled === 'O' || node.tgenabled === 'A' ? 'enable' : 'disable', name: node.trigname ?? '', span }),

  CreateRoleStmt: (node, { span }) => ({ ...roleOptions(node.options), kind: 'role', change: 'create', roles: [node.role ?? ''], leave: false, span }),

  AlterRoleStmt: (node, { span }) => ({ ...roleOptions(node.options), kind: 'role', change: 'alter', roles: [role(node.role)], leave: node.action === -1, span }),

  DropRoleStmt: (node, { span }) => ({ kind: 'role', change: 'drop', roles: roleNames(node.roles), of: [], members: [], leave: false, span }),

  VariableSetStmt: (node, { span }) => setVariable(node, span),

  TransactionStmt: (node, { span }) => {
    const name = node.savepoint_name ?? node.gid
    return { kind: 'transaction', change: transactionChanges[node.kind ?? 'TRANS_STMT_BEGIN'], chain: node.chain === true, span, ...(name === undefined ? {} : { name }) }
  },

  DoStmt: (node, { source, span }) => {
    const body = definition(node.args, 'as')
    const at = source.tokens.at(body?.location ?? 0)
    return { kind: 'do', language: text(definition(node.args, 'language')?.arg) || 'plpgsql', body: text(body?.arg), bodySpan: insideQuotes(source, at), span }
  },

  CreateStatsStmt: (node, { span }) => {
    const range = as(node.relations?.[0], 'RangeVar')
    return {
      kind: 'statistics',
      change: 'create',
      exists: node.if_not_exists === true ? 'if not exists' : 'must',
      span,
      ...(node.defnames === undefined ? {} : { name: writtenList(node.defnames) }),
      columns: (node.exprs ?? []).map((one) => as(one, 'StatsElem')?.name ?? 'expr'),
      ...(range === undefined ? {} : { relation: relation(range) }),
    }
  },
  AlterStatsStmt: (node, { span }) => ({ kind: 'statistics', change: 'alter', name: writtenList(node.defnames), exists: node.missing_ok === true ? 'if exists' : 'must', span }),

  CreatePublicationStmt: (node, { span }) => ({ kind: 'publication', change: 'create', name: node.pubname ?? '', relations: publishedTables(node.pubobjects), span, ...(node.for_all_tables === true ? { allTables: true as const } : {}), ...publishedOtherwise(node) }),
  AlterPublicationStmt: (node, { span }) => ({
    kind: 'publication',
    change: node.pubobjects === undefined && node.for_all_tables !== true ? 'options' : publicationChanges[node.action ?? 'AP_SetObjects'],
    name: node.pubname ?? '',
    relations: publishedTables(node.pubobjects),
    span,
    ...publishedOtherwise(node),
  }),

  CreateSubscriptionStmt: (node, { span }) => ({ kind: 'subscription', change: 'create', name: node.subname ?? '', connects: isOn(node.options, 'connect') && isOn(node.options, 'create_slot'), span }),
  AlterSubscriptionStmt: (node, { span }) => {
    const refreshes = node.kind === 'ALTER_SUBSCRIPTION_REFRESH' || (changesPublications.has(node.kind ?? '') && isOn(node.options, 'refresh'))
    return { kind: 'subscription', change: refreshes ? 'refresh' : 'alter', name: node.subname ?? '', connects: refreshes, span }
  },
  DropSubscriptionStmt: (node, { span }) => ({ kind: 'subscription', change: 'drop', name: node.subname ?? '', connects: true, span }),

  CreateExtensionStmt: (node, { span }) => ({ kind: 'create-extension', name: node.extname ?? '', ifNotExists: node.if_not_exists ?? false, span }),
  AlterExtensionStmt: (node, { span }) => ({ kind: 'alter-extension', name: node.extname ?? '', change: 'update', span }),
  AlterExtensionContentsStmt: (node, { span }) => {
    const isRelation = relationKind(node.objtype) !== undefined && node.objtype !== 'OBJECT_TYPE' && node.objtype !== 'OBJECT_DOMAIN'
    return { kind: 'alter-extension', name: node.extname ?? '', change: 'contents', span, ...(isRelation ? { relation: written(partsOf(node.object)) } : {}) }
  },
  AlterObjectDependsStmt: (node, { span }) => {
    const object = node.objectType === 'OBJECT_TRIGGER' ? 'trigger' : node.objectType === 'OBJECT_INDEX' ? 'index' : node.objectType === 'OBJECT_MATVIEW' ? 'materialized view' : 'function'
    return { kind: 'depend-on-extension', object, span, ...(node.relation === undefined ? {} : { relation: relation(node.relation) }) }
  },

  ReassignOwnedStmt: (node, { span }) => ({ kind: 'change-owned', change: 'reassign', names: (node.roles ?? []).map((one) => role(as(one, 'RoleSpec'))), to: role(node.newrole), cascade: false, span }),
  DropOwnedStmt: (node, { span }) => ({ kind: 'change-owned', change: 'drop', names: (node.roles ?? []).map((one) => role(as(one, 'RoleSpec'))), cascade: node.behavior === 'DROP_CASCADE', span }),
  AlterTableMoveAllStmt: (node, { span }) => {
    const moves = { object: relationKind(node.objtype) ?? 'table', owners: (node.roles ?? []).map((one) => role(as(one, 'RoleSpec'))), to: node.new_tablespacename ?? '' }
    return { kind: 'change-owned', change: 'move', names: [node.orig_tablespacename ?? ''], moves, cascade: false, span }
  },

  // A composite type is a relation, and gets its owner as one.
  AlterOwnerStmt: (node, { span }) =>
    node.objectType === 'OBJECT_TYPE'
      ? { kind: 'alter', object: 'type', relation: written(partsOf(node.object)), only: false, ifExists: false, action: { action: 'owner', role: role(node.newowner) }, span }
      : { kind: 'other', statement: 'AlterOwnerStmt', span },

  DiscardStmt: (node, { span }) => ({ kind: 'other', statement: 'DiscardStmt', span, ...(node.target === 'DISCARD_ALL' ? { alone: true as const } : {}) }),
  AlterDatabaseStmt: (node, { span }) => ({ kind: 'other', statement: 'AlterDatabaseStmt', span, ...(definition(node.options, 'tablespace') === undefined ? {} : { alone: true as const }) }),

  CallStmt: (node, { span }) => ({ kind: 'call', procedure: calledFunction(node.funccall), span }),
}

const tables = (nodes: readonly Node[] | undefined): readonly { relation: WrittenName; only: boolean }[] =>
  (nodes ?? []).flatMap((node) => {
    const range = as(node, 'RangeVar')
    return range === undefined ? [] : [{ relation: relation(range), only: range.inh !== true }]
  })

const publishedTables = (nodes: readonly Node[] | undefined): Publication['relations'] =>
  (nodes ?? []).flatMap((node) => {
    const table = as(node, 'PublicationObjSpec')?.pubtable
    const range = table?.relation
    return range?.relname === undefined ? [] : [{ relation: relation(range), only: range.inh !== true, ...(table?.columns && { columns: texts(table.columns) }) }]
  })

const publishedOtherwise = ({ pubobjects, options: given }: NodeOf<'CreatePublicationStmt'> | NodeOf<'AlterPublicationStmt'>): Pick<Publication, 'schemas' | 'publish' | 'viaRoot' | 'generated'> => {
  const schemas = (pubobjects ?? []).flatMap((node) => {
    const object = as(node, 'PublicationObjSpec')
    if (object?.pubobjtype === 'PUBLICATIONOBJ_TABLES_IN_CUR_SCHEMA') return [undefined]
    return object?.pubobjtype === 'PUBLICATIONOBJ_TABLES_IN_SCHEMA' ? [object.name] : []
  })
  const publish = definition(given, 'publish')
  const viaRoot = definition(given, 'publish_via_partition_root')
  const generated = definition(given, 'publish_generated_columns')
  return {
    ...(schemas.length > 0 ? { schemas } : {}),
    ...(publish === undefined ? {} : { publish: valueText(publish.arg) }),
    ...(viaRoot === undefined ? {} : { viaRoot: flag(viaRoot) }),
    ...(generated === undefined ? {} : { generated: generated.arg === undefined || valueText(generated.arg).toLowerCase() === 'stored' }),
  }
}

const publicationChanges = { AP_AddObjects: 'add', AP_DropObjects: 'drop', AP_SetObjects: 'set' } as const

const changesPublications = new Set(['ALTER_SUBSCRIPTION_SET_PUBLICATION', 'ALTER_SUBSCRIPTION_ADD_PUBLICATION', 'ALTER_SUBSCRIPTION_DROP_PUBLICATION'])

/** An option that is on unless the statement turns it off. */
const isOn = (nodes: readonly Node[] | undefined, name: string): boolean => {
  const option = definition(nodes, name)
  return option === undefined || flag(option)
}

const reindexTargets = {
  REINDEX_OBJECT_INDEX: 'index',
  REINDEX_OBJECT_TABLE: 'table',
  REINDEX_OBJECT_SCHEMA: 'schema',
  REINDEX_OBJECT_SYSTEM: 'system',
  REINDEX_OBJECT_DATABASE: 'database',
} as const

/** src/include/storage/lockdefs.h, by number. */
const lockModes = ['', 'ACCESS SHARE', 'ROW SHARE', 'ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE']

/** Bits of src/include/catalog/pg_trigger.h. */
const triggerEvents: readonly (readonly [number, CreateTrigger['events'][number]])[] = [
  [1 << 2, 'insert'],
  [1 << 4, 'update'],
  [1 << 3, 'delete'],
  [1 << 5, 'truncate'],
]
const triggerTiming = (bits: number): CreateTrigger['timing'] => ((bits & (1 << 1)) !== 0 ? 'before' : (bits & (1 << 6)) !== 0 ? 'instead of' : 'after')

const domainChanges: Readonly<Record<string, AlterDomain['change']>> = { N: 'drop-not-null', O: 'set-not-null', C: 'add-constraint', X: 'drop-constraint', V: 'validate-constraint' }

const transactionChanges = {
  TRANS_STMT_BEGIN: 'begin',
  TRANS_STMT_START: 'begin',
  TRANS_STMT_COMMIT: 'commit',
  TRANS_STMT_ROLLBACK: 'rollback',
  TRANS_STMT_SAVEPOINT: 'savepoint',
  TRANS_STMT_RELEASE: 'release',
  TRANS_STMT_ROLLBACK_TO: 'rollback-to',
  TRANS_STMT_PREPARE: 'prepare',
  TRANS_STMT_COMMIT_PREPARED: 'commit-prepared',
  TRANS_STMT_ROLLBACK_PREPARED: 'rollback-prepared',
} as const satisfies Record<string, Transaction['change']>

/** What stands in the parentheses that open at this token, if they do. */
const parenthesised = (source: Source, at: number): Slice | undefined => (source.tokens.sign(at) === '(' ? source.inside(at) : undefined)

const textsOf = (source: Source, slice: Slice | undefined): readonly string[] => (slice ? source.commaParts(slice).map((part) => source.expression(part).sql) : [])

const checkOptions: Readonly<Record<string, readonly StorageOption[]>> = { LOCAL_CHECK_OPTION: [{ name: 'check_option', value: 'local' }], CASCADED_CHECK_OPTION: [{ name: 'check_option', value: 'cascaded' }] }

const commentedWhole = new Set(['table', 'view', 'matview', 'index', 'sequence', 'foreign_table'])
/** The types of a function's arguments, where it is written with them. */
function argumentTypes(node: Node, source: Source, slice: Slice): { readonly arguments?: NonNullable<DropOther['arguments']> } {
  const object = as(node, 'ObjectWithArgs')
  if (object === undefined || object.args_unspecified === true) return {}
  return { arguments: (object.objargs ?? []).flatMap((one) => as(one, 'TypeName') ?? []).map((one) => typeName(source, one, slice.to)) }
}

const commentedPart = new Set(['column', 'tabconstraint', 'trigger', 'rule', 'policy'])

/** The names of DROP a, b: the whole statement where there is one. */
const namedSpans = (source: Source, slice: Slice, count: number, whole: Span): readonly Span[] => {
  if (count < 2) return Array.from({ length: count }, () => whole)
  const { tokens } = source
  let from = slice.from + 1
  const commas = source.commaParts(slice)
  if (commas.length !== count) return Array.from({ length: count }, () => whole)
  // What stands before the first name are words, and the name is the last of them.
  const first = commas[0]!
  from = first.to - 1
  if (tokens.sign(from) === ')') while (from > first.from && !(tokens.sign(from) === '(' && tokens.depths[from] === tokens.depths[first.from])) from--
  if (tokens.sign(from) === '(') from--
  while (tokens.sign(from - 1) === '.') from -= 2
  const last = commas[count - 1]!
  const to = tokens.isWord(last.to - 1, 'cascade') || tokens.isWord(last.to - 1, 'restrict') ? last.to - 1 : last.to
  return commas.map((part, index) => source.span({ from: index === 0 ? from : part.from, to: index === count - 1 && to > part.from ? to : part.to }))
}

const movedStatistics = ({ object, missing_ok }: RenameStmt | AlterObjectSchemaStmt, to: NonNullable<Statistics['to']>, span: Span): Statistics => ({ kind: 'statistics', change: 'move', to, name: written(partsOf(object)), exists: missing_ok === true ? 'if exists' : 'must', span })

const rename = (node: RenameStmt, span: Span): Rename => {
  const alter = relationKind(node.renameType) ?? relationKind(node.relationType) ?? 'other'
  const parts = partsOf(node.object)
  const common = { kind: 'rename' as const, to: node.newname ?? '', only: node.relation !== undefined && node.relation.inh !== true && node.renameType !== 'OBJECT_ATTRIBUTE', ifExists: node.missing_ok === true, span, ...(node.behavior === 'DROP_CASCADE' ? { cascade: true as const } : {}) }
  switch (node.renameType) {
    case 'OBJECT_COLUMN':
    case 'OBJECT_TABCONSTRAINT':
    case 'OBJECT_TRIGGER':
    case 'OBJECT_POLICY':
    case 'OBJECT_RULE':
    case 'OBJECT_ATTRIBUTE':
      return {
        ...common,
        object: renamedParts[node.renameType],
        alter: node.renameType === 'OBJECT_ATTRIBUTE' ? 'type' : node.renameType === 'OBJECT_COLUMN' ? alter : 'table',
        relation: relation(node.relation),
        from: node.subname ?? '',
      }
    case 'OBJECT_DOMCONSTRAINT':
      return { ...common, object: 'domain constraint', alter: 'type', relation: written(parts), from: node.subname ?? '' }
    case 'OBJECT_ROLE':
      return { ...common, object: 'role', alter: 'other', from: node.subname ?? '' }
    case 'OBJECT_SCHEMA':
      return { ...common, object: 'schema', alter: 'other', from: node.subname ?? '' }
    case 'OBJECT_PUBLICATION':
      return { ...common, object: 'publication', alter: 'other', from: parts.at(-1) ?? '' }
    default: {
      const kind = relationKind(node.renameType)
      if (node.relation !== undefined && kind !== undefined) return { ...common, object: kind, alter: kind, relation: relation(node.relation), from: node.relation.relname ?? '' }
      if (kind !== undefined) return { ...common, object: kind, alter: kind, relation: written(parts), from: parts.at(-1) ?? '' }
      const isRoutine = /^OBJECT_(FUNCTION|PROCEDURE|ROUTINE)$/.test(node.renameType ?? '')
      return { ...common, object: 'other', alter: 'other', from: parts.at(-1) ?? node.subname ?? '', ...(isRoutine && parts.length > 0 ? { function: written(parts) } : {}) }
    }
  }
}

const renamedParts = {
  OBJECT_COLUMN: 'column',
  OBJECT_TABCONSTRAINT: 'constraint',
  OBJECT_TRIGGER: 'trigger',
  OBJECT_POLICY: 'policy',
  OBJECT_RULE: 'rule',
  OBJECT_ATTRIBUTE: 'attribute',
} as const

const createFunction = (source: Source, node: NodeOf<'CreateFunctionStmt'>, span: Span): CreateFunction => {
  const body = definition(node.options, 'as')
  const strings = as(body?.arg, 'List')?.items
  const volatility = text(definition(node.options, 'volatility')?.arg)
  const language = text(definition(node.options, 'language')?.arg)
  let sql: string | undefined
  if (strings?.length === 1) sql = text(strings[0])
  else if (node.sql_body !== undefined) sql = standardBody(source)
  return {
    kind: 'create-function',
    name: writtenList(node.funcname),
    procedure: node.is_procedure === true,
    replace: node.replace === true,
    isTrigger: texts(node.returnType?.names).at(-1) === 'trigger',
    sql: source.sql.slice(span.start, span.end),
    language: language || 'sql',
    volatility: volatility === 'immutable' || volatility === 'stable' ? volatility : 'volatile',
    span,
    ...argumentsOf(node.parameters),
    inlines: inlines(node, language || 'sql'),
    ...(sql === undefined ? {} : { body: sql }),
    ...searchPathOf(node),
  }
}

const inlines = (node: NodeOf<'CreateFunctionStmt'>, language: string): boolean => {
  const isOn = (name: string): boolean => (definition(node.options, name) === undefined ? false : flag(definition(node.options, name)!))
  const returned = texts(node.returnType?.names).at(-1)
  const outputs = (node.parameters ?? []).filter((one) => !['FUNC_PARAM_IN', 'FUNC_PARAM_DEFAULT', 'FUNC_PARAM_VARIADIC'].includes(as(one, 'FunctionParameter')?.mode ?? ''))
  return outputs.length < 2 && language === 'sql' && node.is_procedure !== true && node.returnType?.setof !== true && returned !== 'void' && returned !== 'record' && !isOn('security') && !isOn('strict') && definition(node.options, 'set') === undefined
}

const searchPathOf = (node: NodeOf<'CreateFunctionStmt'>): Pick<CreateFunction, 'searchPath'> => {
  const set = (node.options ?? []).flatMap((one) => as(as(as(one, 'DefElem')?.arg, 'VariableSetStmt') === undefined ? undefined : as(one, 'DefElem')?.arg, 'VariableSetStmt') ?? []).find(({ name }) => name?.toLowerCase() === 'search_path')
  return set?.kind === 'VAR_SET_VALUE' ? { searchPath: (set.args ?? []).map(valueText).filter((schema) => schema !== '' && schema !== '$user') } : {}
}

const argumentsOf = (nodes: readonly Node[] | undefined): Pick<CreateFunction, 'signature' | 'arguments'> => {
  const parameters = (nodes ?? []).flatMap((node) => as(node, 'FunctionParameter') ?? [])
  const inputs = parameters.filter(({ mode }) => mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE')
  const isVariadic = inputs.some(({ mode }) => mode === 'FUNC_PARAM_VARIADIC')
  return {
    signature: inputs.map(({ argType }) => `${texts(argType?.names).at(-1) ?? ''}${'[]'.repeat(argType?.arrayBounds?.length ?? 0)}`).join(),
    arguments: { most: isVariadic ? Infinity : inputs.length, least: inputs.filter(({ defexpr, mode }) => defexpr === undefined && mode !== 'FUNC_PARAM_VARIADIC').length },
  }
}

/** `RETURN …` or `BEGIN ATOMIC … END` is the last part of the statement. */
const standardBody = (source: Source): string | undefined => {
  const { tokens } = source
  for (let i = tokens.count - 1; i > 0; i--) {
    if (tokens.depths[i] !== 0) continue
    if (tokens.isWord(i, 'return') || (tokens.isWord(i, 'begin') && tokens.isWord(i + 1, 'atomic'))) return source.expression({ from: i, to: tokens.count }).sql
  }
  return undefined
}

const ruleEvents: Readonly<Partial<Record<string, 'insert' | 'update' | 'delete'>>> = { CMD_INSERT: 'insert', CMD_UPDATE: 'update', CMD_DELETE: 'delete' }

/** Where its DO stands; a rule may have that for a name. */
const ruleDo = ({ tokens }: Source, slice: Slice): number => {
  let at = slice.from
  while (at < slice.to && !(tokens.depths[at] === 0 && tokens.isWord(at, 'do') && !tokens.isWord(at - 1, 'rule'))) at++
  return at
}

const ruleCondition = (node: RuleStmt, source: Source, slice: Slice): { readonly where?: Expression } => {
  if (node.whereClause === undefined) return {}
  const from = source.find({ from: source.tokens.at(node.relation?.location ?? 0), to: slice.to }, 'where') + 1
  return from === 0 ? {} : { where: source.expression({ from, to: ruleDo(source, slice) }) }
}

/** What stands behind `DO [ALSO | INSTEAD]`, one by one. */
const ruleActions = (source: Source, slice: Slice): readonly string[] => {
  const { tokens } = source
  let from = ruleDo(source, slice) + 1
  if (tokens.isWord(from, 'also') || tokens.isWord(from, 'instead')) from++
  const list = tokens.sign(from) === '(' && tokens.closing(from) === slice.to - 1 ? source.inside(from) : { from, to: slice.to }
  const depth = tokens.depths[list.from]
  const ends = [...Array.from({ length: list.to - list.from }, (_, index) => list.from + index).filter((at) => tokens.sign(at) === ';' && tokens.depths[at] === depth), list.to]
  return ends.flatMap((to, index) => {
    const one = { from: index === 0 ? list.from : ends[index - 1]! + 1, to }
    return one.to > one.from ? [source.expression(one).sql] : []
  })
}

const setVariable = (node: VariableSetStmt, span: Span): SetVariable => {
  const name = (node.name ?? 'all').toLowerCase()
  const local = node.is_local === true
  return node.kind === 'VAR_SET_VALUE' || node.kind === 'VAR_SET_MULTI'
    ? { kind: 'set', name, local, values: (node.args ?? []).map((arg) => (as(arg, 'DefElem') === undefined ? valueText(arg) : valueText(as(arg, 'DefElem')?.arg))), span }
    : { kind: 'set', name, local, span }
}

/** `SELECT set_config('search_path', '', false)` is how pg_dump writes SET. */
const setConfig = (node: NodeOf<'SelectStmt'>, span: Span): SetVariable | undefined => {
  if (node.targetList?.length !== 1 || node.fromClause !== undefined || node.whereClause !== undefined) return undefined
  const call = as(as(node.targetList[0], 'ResTarget')?.val, 'FuncCall')
  if (call === undefined || text(call.funcname?.at(-1)) !== 'set_config' || call.args?.length !== 3) return undefined
  const [name, value, local] = call.args
  if (as(name, 'A_Const') === undefined || as(value, 'A_Const') === undefined) return undefined
  return { kind: 'set', name: valueText(name).toLowerCase(), local: valueText(local) === 'true', values: valueText(value).split(',').map((one) => one.trim()), span }
}

/** The text between the quotes of the literal at a token: `$tag$…$tag$`, `'…'`, `E'…'`. */
const insideQuotes = (source: Source, at: number): Span => {
  const { tokens, sql } = source
  if (tokens.kinds[at] !== TokenKind.String) return source.span({ from: at, to: at })
  const start = tokens.starts[at]!
  const end = tokens.ends[at]!
  if (sql[start] === '$') {
    const tag = sql.indexOf('$', start + 1) + 1 - start
    return { start: start + tag, end: end - tag }
  }
  return { start: sql.indexOf("'", start) + 1, end: end - 1 }
}

/** The elements of CREATE SCHEMA begin with CREATE or GRANT, and GRANT CREATE ON holds a CREATE of its own. */
const elementSlices = (source: Source, slice: Slice, count: number): readonly Slice[] => {
  const { tokens } = source
  const starts: number[] = []
  for (let i = slice.from + 1; i < slice.to; i++) {
    if (tokens.depths[i] !== 0) continue
    if (tokens.isWord(i, 'grant')) {
      starts.push(i)
      while (i < slice.to && !tokens.isWord(i, 'on')) i++
    } else if (tokens.isWord(i, 'create')) starts.push(i)
  }
  if (starts.length !== count) return Array.from({ length: count }, () => slice)
  return starts.map((from, index) => ({ from, to: starts[index + 1] ?? slice.to }))
}

/** The new schema is the first where names are looked up while its elements are made, so what is made with it is found there. */
const inSchema = (command: Command, schema: string, made: ReadonlySet<string>): Command => {
  const within = <Name extends WrittenName>(name: Name): Name => (name.schema === undefined ? { ...name, schema } : name)
  const found = <Name extends WrittenName>(name: Name): Name => (made.has(name.name) ? within(name) : name)
  switch (command.kind) {
    case 'create-view':
      return { ...command, relation: within(command.relation), query: { ...command.query, reads: command.query.reads.map(found) } }
    case 'create-table':
    case 'create-index':
    case 'create-sequence':
    case 'create-trigger':
      return { ...command, relation: within(command.relation) }
    case 'grant':
      return { ...command, relations: command.relations.map(within) }
    default:
      return command
  }
}
