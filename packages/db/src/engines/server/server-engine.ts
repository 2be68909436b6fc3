import type { EngineSupport } from '../database-engine.js'

/** PostgreSQL and MySQL: their sections are understood and checked; connecting comes with a later version. */
export const serverEngine: EngineSupport = {
  plan({ section, engine, location, dbname, hasDsn }, { problems }) {
    if (location) problems.conflict(section, `the engine ${engine} is a server and has no "${location.from}"`)
    if (dbname === undefined && !hasDsn) problems.invalid(section, `the engine ${engine} needs "dbname" or "dsn"`)
    problems.invalid(section, `the engine ${engine} comes with a later version; this one has sqlite`)
    return undefined
  },
}
