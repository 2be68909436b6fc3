import type { DatabaseEngine } from '@modkit/core'
import type { ConfigProblems } from './config-problems.js'
import type { ConnectionSection } from './connection-section.js'
import type { PoolSettings } from './pool-settings.js'

/** What one module's connection is made of, once its section and the server that it refers to are one. */
export interface ConnectionFacts {
  readonly module: string
  /** Where the module's section stands, for messages. */
  readonly section: string
  readonly engine: DatabaseEngine
  readonly host?: string
  readonly port?: number
  readonly user?: string
  readonly password?: string
  readonly dbname?: string
  readonly hasDsn: boolean
  /** Where an embedded database lives. */
  readonly location?: Location
  readonly params: Readonly<Record<string, string>>
  readonly pool: PoolSettings
  /** The key of the configuration that decided each of them: `host`, `params.sslmode`, `pool`. */
  readonly sources: Readonly<Record<string, string>>
}

/** `file` is a name in the module's own directory, `path` may lead elsewhere, a path of a DSN starts at the current directory. */
export interface Location {
  readonly from: 'file' | 'path' | 'dsn'
  readonly text: string
}

export interface MergeInput {
  readonly module: string
  readonly own: ConnectionSection
  /** The template that the module refers to. */
  readonly server: ConnectionSection | undefined
}

/** Values by their names, and the key of the configuration that says each of them. */
type Sourced<T> = Readonly<Record<string, { readonly value: T; readonly from: string }>>

/**
 * One connection out of a module's section and its server's template, the only place where precedence is decided.
 *
 * From strongest to weakest: the module's params, query of its DSN, fields, rest of its DSN; then the same four of the
 * server. `params` unite key by key; `pool` counts as a whole. `undefined`, and a problem, where the engines disagree.
 */
export function mergeConnection(input: MergeInput, problems: ConfigProblems): ConnectionFacts | undefined {
  const { module, own, server } = input
  const engine = agreedEngine(input, problems)
  if (engine === undefined) return undefined
  const levels = server ? [server, own] : [own]
  const fields = united(levels.map(fieldsOf))
  const params = united(levels.map(paramsOf))
  const places = united(levels.map(placeOf))
  const pools = united(levels.map(poolOf))
  const location = places['location']?.value
  const pool = pools['pool']?.value ?? {}
  const sources = { ...sourcesOf({ ...engine, ...fields, ...places, ...pools }), ...sourcesOf(params, 'params.') }
  return {
    module,
    section: own.section,
    engine: engine.engine.value,
    ...(valuesOf(fields) as Fields),
    hasDsn: (own.dsn ?? server?.dsn) !== undefined,
    ...(location && { location }),
    params: valuesOf(params),
    pool,
    sources,
  }
}

function united<T>(levels: readonly Sourced<T>[]): Sourced<T> {
  return Object.assign({}, ...levels) as Sourced<T>
}

function valuesOf<T>(sourced: Sourced<T>): Record<string, T> {
  return Object.fromEntries(Object.entries(sourced).map(([name, { value }]) => [name, value]))
}

function sourcesOf(sourced: Sourced<unknown>, prefix = ''): Record<string, string> {
  return Object.fromEntries(Object.entries(sourced).map(([name, { from }]) => [prefix + name, from]))
}

const FIELDS = ['host', 'port', 'user', 'password', 'dbname'] as const

type Fields = Pick<ConnectionFacts, (typeof FIELDS)[number]>

/** What one level says of its server: fields over the parts of its DSN. */
function fieldsOf({ section, dsn, ...level }: ConnectionSection): Sourced<string | number> {
  const found = FIELDS.map((field) => {
    const own = level[field]
    return [field, { value: own ?? dsn?.[field], from: `${section}.${own === undefined ? 'dsn' : field}` }] as const
  })
  return Object.fromEntries(found.filter(([, { value }]) => value !== undefined)) as Sourced<string | number>
}

/** What one level says of its driver: params over the query of its DSN. */
function paramsOf({ section, dsn, params }: ConnectionSection): Sourced<string> {
  const query = Object.entries(dsn?.query ?? {}).map(([name, value]) => [name, { value, from: `${section}.dsn` }])
  const own = Object.entries(params).map(([name, value]) => [name, { value, from: `${section}.params.${name}` }])
  return Object.fromEntries([...query, ...own]) as Sourced<string>
}

function placeOf({ section, file, path, dsn }: ConnectionSection): Sourced<Location> {
  const at = (from: Location['from'], text: string) => ({
    location: { value: { from, text }, from: `${section}.${from}` },
  })
  if (file !== undefined) return at('file', file)
  if (path !== undefined) return at('path', path)
  return dsn?.path === undefined ? {} : at('dsn', dsn.path)
}

function poolOf({ section, pool }: ConnectionSection): Sourced<PoolSettings> {
  return pool ? { pool: { value: pool, from: `${section}.pool` } } : {}
}

type AgreedEngine = Readonly<Record<'engine', Sourced<DatabaseEngine>[string]>>

/** The engine that all who name one agree on: `engine` and the scheme of a DSN, of the module and of its server. */
function agreedEngine({ own, server }: MergeInput, problems: ConfigProblems): AgreedEngine | undefined {
  const named = [own, server].flatMap((level) =>
    level
      ? [
          { engine: level.engine, by: `${level.section}.engine`, from: `${level.section}.engine` },
          { engine: level.dsn?.engine, by: `the DSN of ${level.section}`, from: `${level.section}.dsn` },
        ]
      : [],
  )
  const [first, ...others] = named.filter(({ engine }) => engine !== undefined)
  if (first?.engine === undefined) {
    problems.invalid(own.section, 'neither "engine" nor "dsn" says which engine it is')
    return undefined
  }
  const other = others.find(({ engine }) => engine !== first.engine)
  if (!other) return { engine: { value: first.engine, from: first.from } }
  problems.conflict(own.section, `${first.by} says ${first.engine}, ${other.by} says ${String(other.engine)}`)
  return undefined
}
