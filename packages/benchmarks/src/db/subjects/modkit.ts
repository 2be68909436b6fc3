import { silentLogger, systemClock } from '@modkit/core/spi'
import { createDatabaseManager } from '@modkit/db'
import type { Address } from '../places/place.js'
import { knexCalls } from './knex-calls.js'
import { serveCalls } from './serve-calls.js'

const MODULE = 'bench'

/** The section of the configuration that leads there; everything else is as it is by default. */
function sectionOf({ engine, at }: Address): Record<string, unknown> {
  return engine === 'sqlite' ? { engine, path: at } : { dsn: at }
}

void serveCalls(async (address) => {
  const manager = createDatabaseManager({
    database: undefined,
    modules: new Map([[MODULE, sectionOf(address)]]),
    homeDir: process.cwd(),
    logger: silentLogger,
    clock: systemClock,
  })
  const db = await manager.resolve(MODULE, new AbortController().signal)
  if (!db) throw new TypeError('The module has a database.')
  return knexCalls(db)
})
