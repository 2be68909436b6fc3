import type { EngineName } from './engine-names.js'
import type { Engine } from './place.js'
import { answers, serverPlace, servers, type Server } from './server-place.js'
import { sqlitePlace } from './sqlite-place.js'

/** The engines of these names that answer, SQLite always; `missing` is told of the others. */
export async function enginesThatAnswer(
  names: readonly EngineName[],
  missing: (server: Server) => void,
): Promise<readonly Engine[]> {
  const engines: Engine[] = names.includes('sqlite') ? [{ name: 'sqlite', create: sqlitePlace }] : []
  for (const server of servers.filter(({ engine }) => names.includes(engine))) {
    if (await answers(server)) engines.push({ name: server.engine, create: () => serverPlace(server) })
    else missing(server)
  }
  return engines
}
