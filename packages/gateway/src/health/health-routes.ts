import type { Clock, HostStatus } from '@modkit/core'
import type { Exchange, Served } from '../exchange/exchange.js'
import type { Route } from '../routing/router.js'
import { readinessOf, type HealthReport } from './health-report.js'

const PROBE: Served = { module: 'api-gateway', isProbe: true }

/** How long modules may take to say how they are. */
const HEALTH_MS = 2_000

export const readyPaths = ['/health/ready', '/health', '/healthz'] as const
export const livePath = '/health/live'

/** Answers whether requests should be sent here: 200, or 503 with the same report. */
export function readyRoute(status: HostStatus, clock: Clock): Route {
  const answer = async (exchange: Exchange): Promise<void> => {
    const limit = new AbortController()
    const timer = clock.after(HEALTH_MS, () => limit.abort())
    try {
      const report = await readinessOf(status, limit.signal)
      sendReport(exchange, report.status === 'unavailable' ? 503 : 200, report)
    } finally {
      timer.cancel()
    }
  }
  return { serve: (exchange) => void answer(exchange).catch((error: unknown) => exchange.fail(error)) }
}

/** Answers whether the process still turns its event loop: that it answers says it all. */
export function liveRoute(status: HostStatus): Route {
  return { serve: (exchange) => sendReport(exchange, 200, { status: 'ok', state: status.state }) }
}

function sendReport(exchange: Exchange, status: 200 | 503, report: Partial<HealthReport>): void {
  exchange.served = PROBE
  const body = { contentType: 'application/json; charset=utf-8', bytes: JSON.stringify(report) }
  exchange.send(status, body, { 'cache-control': 'no-store' })
}
