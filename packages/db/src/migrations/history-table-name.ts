import { xxh3 } from './xxh3.js'

const HISTORY = 'modkit_migrations__'
const UNFINISHED = 'modkit_unfinished__'

/** The longest identifier that every supported engine keeps whole: PostgreSQL cuts at 63 bytes. */
const MAX_BYTES = 63

/**
 * The table that remembers a module's migrations: `modkit_migrations__<name>__<hash8>`, at most 63 bytes of ASCII.
 *
 * The hash is taken of the name as written, so that names which only differ in replaced or cut characters stay apart.
 */
export function historyTableName(module: string): string {
  return tableName(HISTORY, module)
}

/** The table that remembers which of a module's migrations have begun and cannot be undone, named in the same way. */
export function unfinishedTableName(module: string): string {
  return tableName(UNFINISHED, module)
}

function tableName(prefix: string, module: string): string {
  const digits = xxh3(Buffer.from(module, 'utf8')).toString(16).padStart(16, '0')
  const suffix = `__${digits.slice(0, 8)}`
  const readable = module.replace(/[^A-Za-z0-9_]/gu, '_') || '_'
  return prefix + readable.slice(0, MAX_BYTES - prefix.length - suffix.length) + suffix
}
