import type { HostStatus } from '@modkit/core'
import type { Exchange, Served } from '../exchange/exchange.js'
import type { Route } from '../routing/router.js'
import { Readiness, type HealthReport, type ReadinessOptions } from './readiness.js'

const PROBE: Served = { module: 'api-gateway', isProbe: true }

export const readyPaths = ['/health/ready', '/health', '/healthz'] as const
export const livePath = '/health/live'
export const startupPath = '/health/startup'

/** Answers whether requests should be sent here: 200, or 503 with the same report. */
export function readyRoute(options: ReadinessOptions): Route {
  const readiness = new Readiness(options)
  const answer = async (exchange: Exchange): Promise<void> => {
    const report = await readiness.report()
    sendReport(exchange, report.status === 'unavailable' ? 503 : 200, report)
  }
  return { serve: (exchange) => void answer(exchange).catch((error: unknown) => exchange.fail(error)) }
}

/** Answers whether the process still turns its event loop: that it answers says it all. */
export function liveRoute(status: HostStatus): Route {
  return { serve: (exchange) => sendReport(exchange, 200, { status: 'ok', state: status.state }) }
}

/** Answers whether the host has come to run: 503 until then, 200 ever after. */
export function startupRoute(status: HostStatus): Route {
  return {
    serve(exchange) {
      const { hasRun, state } = status
      sendReport(exchange, hasRun ? 200 : 503, { status: hasRun ? 'ok' : 'unavailable', state })
    },
  }
}

function sendReport(exchange: Exchange, status: 200 | 503, report: Partial<HealthReport>): void {
  exchange.served = PROBE
  const body = { contentType: 'application/json; charset=utf-8', bytes: JSON.stringify(report) }
  exchange.send(status, body, { 'cache-control': 'no-store' })
}
