import type { LogFields, Logger } from '@modkit/core'
import type { GatewayConfig } from '@modkit/gateway'
import { silentLogger } from '@modkit/core/spi'
import { nullLine } from './null-line.js'

/** What lies around the operations of a subject. */
export interface Pipeline {
  readonly config: GatewayConfig
  readonly logger: Logger
}

/** As little as the gateway does: what can be turned off is. */
export const bare: Pipeline = {
  config: { access_log: false, security_headers: { enabled: false } },
  logger: silentLogger,
}

/**
 * All that the gateway does on its own or when told to. `fastify-plugins` is the same of plugins: whatever is turned on
 * here belongs there, too.
 */
export const whole: Pipeline = {
  config: {
    cors_enabled: true,
    cors: { allowed_origins: ['https://app.example'] },
    defaults: { rate_limit: { rps: 1_000_000, by: 'client' } },
  },
  logger: lineLogger({}),
}

/** Makes a line of JSON of everything from `info` on, and throws it away. */
function lineLogger(bound: LogFields): Logger {
  const log =
    (level: string) =>
    (message: string, fields?: LogFields): void =>
      nullLine({ level, time: Date.now(), message, ...bound, ...fields })
  const silent = (): void => undefined
  return {
    trace: silent,
    debug: silent,
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    child: (fields) => lineLogger({ ...bound, ...fields }),
  }
}
