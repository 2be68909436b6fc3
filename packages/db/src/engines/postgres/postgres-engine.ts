import { readParameters } from '../../config/parameters.js'
import type { EngineSupport } from '../database-engine.js'
import { serverSettings } from '../server/server-settings.js'
import { shownServer } from '../server/shown-server.js'
import { openPostgres } from './open-postgres.js'
import { postgresParameters } from './postgres-params.js'

const PORT = 5_432

/** PostgreSQL through pg. */
export const postgresEngine: EngineSupport = {
  plan(facts, { problems }) {
    const before = problems.size
    const { section, module } = facts
    const params = readParameters(Object.entries(facts.params), postgresParameters(), { section, problems })
    const settings = serverSettings(facts, { port: PORT, params }, problems)
    if (!settings || problems.size > before) return undefined
    const shown = shownServer(facts, settings)
    return { module, engine: 'postgres', shown, open: (context) => openPostgres(settings, context) }
  },
}
