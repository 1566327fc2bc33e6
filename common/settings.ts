/**
 * Every setting, once: its key after `lockscope.`, what it takes, its default and its sentence.
 * The types, the checks at run time and package.json's `contributes.configuration` follow from this list.
 */
export const settings = {
  snapshot: text('resource', 'lockscope.snapshot.json', 'Path of the snapshot that tells which tables exist and how large they are, from the workspace folder. Empty: none, so that locks are shown without durations.'),
  postgresVersion: number('resource', null, 'Major version of the PostgreSQL server that the migrations are for. Empty: the one the snapshot was taken from, else the newest that Lockscope knows.', { minimum: 12, maximum: 18, whole: true }),
  transaction: choice('resource', 'auto', 'How the tool that runs the migrations carries a file.', {
    auto: 'As the tool does that the folder, the names or the comments show (Flyway, Prisma, golang-migrate, goose, Atlas, diesel …); where they show none, each statement by itself.',
    statement: 'Each statement outside BEGIN … COMMIT runs by itself, as psql does.',
    file: 'The tool wraps the whole file in one transaction.',
  }),
  migrations: list(
    'resource',
    ['**/migrations/**/*.sql', '**/migration/**/*.sql', '**/migrate/**/*.sql'],
    'Files that are migrations, as globs: they run in the order of their names, so each is read in the light of those before it in its folder.',
  ),
  files: choice('resource', 'sql', 'Which files Lockscope looks at.', {
    sql: 'Every SQL file.',
    migrations: 'Only the files that `#lockscope.migrations#` names.',
  }),
  'policy.blockedWarning': number('resource', 0.5, 'Reads or writes of a table blocked this long are a warning, in seconds.', { minimum: 0 }),
  'policy.blockedError': number('resource', 5, 'Reads or writes of a table blocked this long are an error, in seconds.', { minimum: 0 }),
  'policy.changeWarning': number('resource', 5, 'One statement that changes rows for this long is a warning, in seconds.', { minimum: 0 }),
  'policy.changeError': number('resource', 30, 'One statement that changes rows for this long is an error, in seconds.', { minimum: 0 }),
  'policy.tables': table('resource', 'Tables with limits of their own, in seconds: `{ "orders": { "blockedWarning": 0.1 } }`.', {
    blockedWarning: 'Reads or writes blocked this long are a warning, in seconds.',
    blockedError: 'Reads or writes blocked this long are an error, in seconds.',
    changeWarning: 'One statement that changes rows for this long is a warning, in seconds.',
    changeError: 'One statement that changes rows for this long is an error, in seconds.',
  }),
  'inlayHints.enabled': flag('resource', true, 'Shows the lock, the table and the time at the end of each statement.'),
  'codeLens.enabled': flag('resource', true, 'Shows a summary above the file and above each transaction.'),
  'sizes.scale': sizes('resource', 'Other sizes than the snapshot has, for one of staging: rows by the name of a table, or a factor such as "x100"; `*` is all tables: `{ "orders": 52000000, "*": "x10" }`.'),
  'sizes.monthsAhead': number('resource', 0, 'Shows the sizes that the tables will have in so many months, at the rate at which rows were inserted before the snapshot.', { minimum: 0 }),
  snapshotStaleAfter: number('resource', 30, 'A snapshot older than this many days is shown as stale.', { minimum: 0 }),
  'trace.server': choice('window', 'off', 'Writes the messages between VS Code and the language server to the output channel.', {
    off: 'Nothing.',
    messages: 'Their names.',
    verbose: 'Their names and contents.',
  }),
} as const

export type SettingKey = keyof typeof settings
export type Settings = { readonly [K in SettingKey]: ValueOf<(typeof settings)[K]> }

export const settingKeys = Object.keys(settings) as readonly SettingKey[]

export const defaultSettings = Object.fromEntries(settingKeys.map((key) => [key, settings[key].default])) as unknown as Settings

/** The values of a client's `lockscope` section, however nested. A value that does not fit is said in `problems`, and the default stands in. */
export function readSettings(section: unknown): { readonly settings: Settings; readonly problems: readonly string[] } {
  const problems: string[] = []
  const values = settingKeys.map((key) => {
    const setting: Setting = settings[key]
    const value = valueAt(section, key)
    if (value === undefined || value === null) return [key, setting.default]
    const expected = mismatch(setting, value)
    if (expected === undefined) return [key, value]
    problems.push(`The setting \`lockscope.${key}\` must be ${expected}, not ${printed(value)}. Until it is, ${printed(setting.default)} stands in.`)
    return [key, setting.default]
  })
  if (section !== undefined && section !== null && !isObject(section)) problems.push(`The settings under \`lockscope\` must be an object, not ${printed(section)}.`)
  return { settings: Object.fromEntries(values) as Settings, problems }
}

/** What package.json contributes: VS Code's own form of a JSON Schema. */
export function contributedConfiguration(): object {
  return { title: 'Lockscope', properties: Object.fromEntries(settingKeys.map((key, order) => [`lockscope.${key}`, { ...schemaOf(settings[key]), order }])) }
}

interface Common<Default> {
  /** `resource`: each workspace folder may have its own. */
  readonly scope: 'resource' | 'window'
  readonly default: Default
  readonly sentence: string
}

type Setting =
  | (Common<string> & { readonly type: 'text' })
  | (Common<boolean> & { readonly type: 'flag' })
  | (Common<number | null> & { readonly type: 'number'; readonly minimum?: number; readonly maximum?: number; readonly whole?: boolean })
  | (Common<string> & { readonly type: 'choice'; readonly choices: Readonly<Record<string, string>> })
  | (Common<readonly string[]> & { readonly type: 'list' })
  | (Common<Readonly<Record<string, never>>> & { readonly type: 'sizes' })
  | (Common<Readonly<Record<string, never>>> & { readonly type: 'table'; readonly limits: Readonly<Record<string, string>> })

type ValueOf<S> = S extends { type: 'choice'; choices: infer C }
  ? keyof C
  : S extends { type: 'sizes' }
    ? Readonly<Record<string, number | string>>
    : S extends { type: 'table'; limits: infer L }
    ? Readonly<Record<string, { readonly [K in keyof L]?: number }>>
    : S extends { type: 'number'; default: infer D }
      ? D extends null
        ? number | null
        : number
      : S extends { type: 'flag' }
        ? boolean
        : S extends { type: 'list' }
          ? readonly string[]
          : string

function text(scope: Setting['scope'], value: string, sentence: string): Common<string> & { readonly type: 'text' } {
  return { type: 'text', scope, default: value, sentence }
}

function flag(scope: Setting['scope'], value: boolean, sentence: string): Common<boolean> & { readonly type: 'flag' } {
  return { type: 'flag', scope, default: value, sentence }
}

function list(scope: Setting['scope'], value: readonly string[], sentence: string): Common<readonly string[]> & { readonly type: 'list' } {
  return { type: 'list', scope, default: value, sentence }
}

function number<D extends number | null>(scope: Setting['scope'], value: D, sentence: string, limits: { minimum?: number; maximum?: number; whole?: boolean }): Common<D> & { readonly type: 'number'; minimum?: number; maximum?: number; whole?: boolean } {
  return { type: 'number', scope, default: value, sentence, ...limits }
}

function choice<C extends Readonly<Record<string, string>>>(scope: Setting['scope'], value: keyof C & string, sentence: string, choices: C): Common<string> & { readonly type: 'choice'; readonly choices: C } {
  return { type: 'choice', scope, default: value, sentence, choices }
}

function table<L extends Readonly<Record<string, string>>>(scope: Setting['scope'], sentence: string, limits: L): Common<Readonly<Record<string, never>>> & { readonly type: 'table'; readonly limits: L } {
  return { type: 'table', scope, default: {}, sentence, limits }
}

function sizes(scope: Setting['scope'], sentence: string): Common<Readonly<Record<string, never>>> & { readonly type: 'sizes' } {
  return { type: 'sizes', scope, default: {}, sentence }
}

/** `52M`, `x10`; also a number. */
const size = /^[xX]?\d+(\.\d+)?[kKmMgG]?$/

/** What is expected, where the value is something else. */
function mismatch(setting: Setting, value: unknown): string | undefined {
  switch (setting.type) {
    case 'text':
      return typeof value === 'string' ? undefined : 'a text'
    case 'flag':
      return typeof value === 'boolean' ? undefined : 'true or false'
    case 'number':
      return fitsNumber(setting, value) ? undefined : expectedNumber(setting)
    case 'choice': {
      const choices = Object.keys(setting.choices)
      return typeof value === 'string' && choices.includes(value) ? undefined : `${choices.slice(0, -1).map((one) => `"${one}"`).join(', ')} or "${choices.at(-1)!}"`
    }
    case 'list':
      return Array.isArray(value) && value.every((one) => typeof one === 'string') ? undefined : 'a list of texts'
    case 'sizes':
      return isObject(value) && Object.values(value).every((one) => (typeof one === 'number' ? one >= 0 : typeof one === 'string' && size.test(one))) ? undefined : 'an object that gives a table a number of rows, or a factor such as "x10"'
    case 'table':
      return isObject(value) && Object.values(value).every((limits) => isObject(limits) && Object.entries(limits).every(([name, limit]) => name in setting.limits && typeof limit === 'number' && limit >= 0))
        ? undefined
        : `an object that gives a table numbers of seconds for ${Object.keys(setting.limits).join(', ')}`
  }
}

function fitsNumber(setting: Extract<Setting, { type: 'number' }>, value: unknown): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false
  if (setting.whole && !Number.isInteger(value)) return false
  return value >= (setting.minimum ?? -Infinity) && value <= (setting.maximum ?? Infinity)
}

function expectedNumber(setting: Extract<Setting, { type: 'number' }>): string {
  const kind = setting.whole ? 'a whole number' : 'a number'
  if (setting.minimum !== undefined && setting.maximum !== undefined) return `${kind} from ${setting.minimum} to ${setting.maximum}`
  return setting.minimum === undefined ? kind : `${kind} of at least ${setting.minimum}`
}

function schemaOf(setting: Setting): object {
  const common = { default: setting.default, markdownDescription: setting.sentence, scope: setting.scope }
  switch (setting.type) {
    case 'text':
      return { type: 'string', ...common }
    case 'flag':
      return { type: 'boolean', ...common }
    case 'number': {
      const type = setting.whole ? 'integer' : 'number'
      return {
        type: setting.default === null ? [type, 'null'] : type,
        ...common,
        ...(setting.minimum !== undefined && { minimum: setting.minimum }),
        ...(setting.maximum !== undefined && { maximum: setting.maximum }),
      }
    }
    case 'choice':
      return { type: 'string', enum: Object.keys(setting.choices), markdownEnumDescriptions: Object.values(setting.choices), ...common }
    case 'list':
      return { type: 'array', items: { type: 'string' }, ...common }
    case 'sizes':
      return { type: 'object', additionalProperties: { type: ['number', 'string'], minimum: 0, pattern: size.source }, ...common }
    case 'table':
      return {
        type: 'object',
        additionalProperties: {
          type: 'object',
          additionalProperties: false,
          properties: Object.fromEntries(Object.entries(setting.limits).map(([name, sentence]) => [name, { type: 'number', minimum: 0, markdownDescription: sentence }])),
        },
        ...common,
      }
  }
}

/** `policy.tables` of `{ policy: { tables: … } }`, or of `{ 'policy.tables': … }` as some clients send it. */
function valueAt(section: unknown, key: string): unknown {
  if (!isObject(section)) return undefined
  if (key in section) return section[key]
  return key.split('.').reduce<unknown>((value, part) => (isObject(value) ? value[part] : undefined), section)
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const printed = (value: unknown): string => {
  const json = value === null ? 'nothing' : JSON.stringify(value)
  return json.length > 80 ? `${json.slice(0, 79)}…` : json
}
