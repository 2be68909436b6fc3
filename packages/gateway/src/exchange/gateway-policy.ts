import type { Clock, Logger } from '@modkit/core'
import { CorsPolicy } from '../cors/cors-policy.js'
import type { GatewaySettings } from '../gateway-config.js'
import { AccessLog } from './access-log.js'
import type { ExchangePolicy } from './exchange-policy.js'
import { commonHeaders, operationHeaders } from './security-headers.js'

/** What the configuration says of every exchange. */
export function gatewayPolicy(settings: GatewaySettings, { clock, logger }: PolicyTools): ExchangePolicy {
  const { cors, securityHeaders, trustedProxies, writesAccessLog } = settings
  return {
    logger,
    trustedProxies,
    headers: operationHeaders(securityHeaders),
    mountHeaders: commonHeaders(securityHeaders),
    cors: cors && new CorsPolicy(cors),
    accessLog: writesAccessLog ? new AccessLog(clock, logger) : undefined,
  }
}

interface PolicyTools {
  readonly clock: Clock
  readonly logger: Logger
}
