import type { Logger } from '@modkit/core'
import type { Knex } from 'knex'

/** Knex writes to the console unless it is told where to. Its errors are thrown as well, so none is lost below `warn`. */
export function knexLog(logger: Logger): Knex.Logger {
  const line = (message: unknown): string => (typeof message === 'string' ? message : 'Knex has something to say')
  return {
    debug: (message) => logger.trace(line(message)),
    deprecate: (method, alternative) => logger.debug('Knex deprecates a method', { method, alternative }),
    warn: (message) => logger.debug(line(message)),
    error: (message) => logger.debug(line(message)),
  }
}
