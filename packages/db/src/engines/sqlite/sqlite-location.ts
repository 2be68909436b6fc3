import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { ConnectionFacts, Location } from '../../config/merge-connection.js'
import type { PlanContext } from '../database-engine.js'

/** Where an SQLite database lives. */
export type SqliteLocation = { readonly kind: 'memory' } | { readonly kind: 'file'; readonly path: string }

/** The ways in which an in-memory database is written. */
const MEMORY_NAMES: readonly string[] = ['', ':memory:', 'memory:', 'file::memory:', 'file:memory:']

/** The place that the facts name; `undefined`, and a problem, where they name none or a `file` leaves the module's directory. */
export function sqliteLocation(facts: ConnectionFacts, context: PlanContext): SqliteLocation | undefined {
  const { location, module, section } = facts
  if (!location) {
    context.problems.invalid(section, 'an SQLite database needs "file", "path" or "dsn"')
    return undefined
  }
  if (MEMORY_NAMES.includes(location.text)) return { kind: 'memory' }
  const directory = join(context.homeDir, module)
  const path = absolutePath(location, directory)
  if (location.from === 'file' && !isInside(directory, path)) {
    context.problems.invalid(
      section,
      '"file" leads out of the directory of the module; write "path" to place it elsewhere',
    )
    return undefined
  }
  return { kind: 'file', path }
}

function absolutePath({ from, text }: Location, directory: string): string {
  switch (from) {
    case 'file':
      return join(directory, text)
    case 'path':
      return resolve(directory, text)
    case 'dsn':
      return resolve(text)
  }
}

function isInside(directory: string, path: string): boolean {
  const way = relative(directory, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}
