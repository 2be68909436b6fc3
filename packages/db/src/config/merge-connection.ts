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
  const location = locationOf(own) ?? (server && locationOf(server))
  return {
    module,
    section: own.section,
    engine,
    ...(server && fieldsOf(server)),
    ...fieldsOf(own),
    hasDsn: (own.dsn ?? server?.dsn) !== undefined,
    ...(location && { location }),
    params: { ...server?.dsn?.query, ...server?.params, ...own.dsn?.query, ...own.params },
    pool: own.pool ?? server?.pool ?? {},
  }
}

const FIELDS = ['host', 'port', 'user', 'password', 'dbname'] as const

type Fields = Pick<ConnectionFacts, (typeof FIELDS)[number]>

/** What one level says of its server: fields over the parts of its DSN. */
function fieldsOf(level: ConnectionSection): Fields {
  const values = FIELDS.map((field) => [field, level[field] ?? level.dsn?.[field]] as const)
  return Object.fromEntries(values.filter(([, value]) => value !== undefined))
}

function locationOf(level: ConnectionSection): Location | undefined {
  if (level.file !== undefined) return { from: 'file', text: level.file }
  if (level.path !== undefined) return { from: 'path', text: level.path }
  return level.dsn?.path === undefined ? undefined : { from: 'dsn', text: level.dsn.path }
}

/** The engine that all who name one agree on: `engine` and the scheme of a DSN, of the module and of its server. */
function agreedEngine({ own, server }: MergeInput, problems: ConfigProblems): DatabaseEngine | undefined {
  const named = [own, server].flatMap((level) =>
    level
      ? [
          { engine: level.engine, by: `${level.section}.engine` },
          { engine: level.dsn?.engine, by: `the DSN of ${level.section}` },
        ]
      : [],
  )
  const [first, ...others] = named.filter(({ engine }) => engine !== undefined)
  if (!first) {
    problems.invalid(own.section, 'neither "engine" nor "dsn" says which engine it is')
    return undefined
  }
  const other = others.find(({ engine }) => engine !== first.engine)
  if (!other) return first.engine
  problems.conflict(own.section, `${first.by} says ${String(first.engine)}, ${other.by} says ${String(other.engine)}`)
  return undefined
}
