import { readParameters } from '../../config/parameters.js'
import type { EngineSupport } from '../database-engine.js'
import { serverSettings } from '../server/server-settings.js'
import { shownServer } from '../server/shown-server.js'
import { mysqlParameters } from './mysql-params.js'
import { openMysql } from './open-mysql.js'

const PORT = 3_306

/** MySQL and MariaDB through mysql2. */
export const mysqlEngine: EngineSupport = {
  plan(facts, { problems }) {
    const before = problems.size
    const { section, module } = facts
    const params = readParameters(Object.entries(facts.params), mysqlParameters, { section, problems })
    const settings = serverSettings(facts, { port: PORT, params }, problems)
    if (!settings || problems.size > before) return undefined
    const shown = shownServer(facts, settings)
    return { module, engine: 'mysql', shown, open: (context) => openMysql(settings, context) }
  },
}
