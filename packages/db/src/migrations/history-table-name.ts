import { xxh3 } from './xxh3.js'

const PREFIX = 'modkit_migrations__'

/** The longest identifier that every supported engine keeps whole: PostgreSQL cuts at 63 bytes. */
const MAX_BYTES = 63

/**
 * The table that remembers a module's migrations: `modkit_migrations__<name>__<hash8>`, at most 63 bytes of ASCII.
 *
 * The hash is taken of the name as written, so that names which only differ in replaced or cut characters stay apart.
 */
export function historyTableName(module: string): string {
  const digits = xxh3(Buffer.from(module, 'utf8')).toString(16).padStart(16, '0')
  const suffix = `__${digits.slice(0, 8)}`
  const readable = module.replace(/[^A-Za-z0-9_]/gu, '_') || '_'
  return PREFIX + readable.slice(0, MAX_BYTES - PREFIX.length - suffix.length) + suffix
}
