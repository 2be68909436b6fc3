import type { DatabaseEngine } from '@modkit/core'
import type { ConfigProblems } from './config-problems.js'
import { type ParsedDsn, parseDsn } from './dsn.js'
import { type PoolSettings, readPool } from './pool-settings.js'
import { asMap, SectionReader } from './section-reader.js'

/** One connection as it is written: `modules.<name>.database`, or a template under `database.servers`. */
export interface ConnectionSection {
  /** Where it is written. */
  readonly section: string
  readonly engine?: DatabaseEngine | undefined
  readonly dsn?: ParsedDsn | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly dbname?: string | undefined
  readonly params: Readonly<Record<string, string>>
  readonly pool?: PoolSettings | undefined
  /** These three belong to a module alone. */
  readonly file?: string | undefined
  readonly path?: string | undefined
  readonly server?: string | undefined
}

const ENGINES: readonly DatabaseEngine[] = ['sqlite', 'postgres', 'mysql']

const SHARED_KEYS = ['engine', 'dsn', 'host', 'port', 'user', 'password', 'dbname', 'params', 'pool']
const MODULE_KEYS = [...SHARED_KEYS, 'file', 'path', 'server']

/** Reads the template of a server, under `database.servers`. */
export function readServer(value: unknown, section: string, problems: ConfigProblems): ConnectionSection | undefined {
  const map = asMap(value, section, problems)
  return map && readConnection(new SectionReader(map, section, problems), SHARED_KEYS)
}

/** Reads what a module says of its own database. */
export function readModuleDatabase(
  value: unknown,
  section: string,
  problems: ConfigProblems,
): ConnectionSection | undefined {
  const map = asMap(value, section, problems)
  if (!map) return undefined
  const reader = new SectionReader(map, section, problems)
  const [file, path, server] = [reader.text('file'), reader.text('path'), reader.text('server')]
  if (file !== undefined && path !== undefined) problems.conflict(section, 'it has both "file" and "path"')
  return { ...readConnection(reader, MODULE_KEYS), file, path, server }
}

function readConnection(reader: SectionReader, keys: readonly string[]): ConnectionSection {
  reader.rejectUnknownKeys(keys)
  const pool = reader.map('pool')
  return {
    section: reader.section,
    engine: reader.choice('engine', ENGINES),
    dsn: reader.parsed('dsn', (value) => {
      if (typeof value !== 'string') throw new SyntaxError('it must be a text')
      return parseDsn(value)
    }),
    host: reader.text('host'),
    port: reader.integer('port', { min: 1, max: 65_535 }),
    user: reader.text('user'),
    password: reader.text('password'),
    dbname: reader.text('dbname'),
    params: reader.texts('params') ?? {},
    pool: pool && readPool(new SectionReader(pool, `${reader.section}.pool`, reader.problems)),
  }
}
