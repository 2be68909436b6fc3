import type { HostStatus, ModuleHealth } from '@modkit/core'

/** What a probe is told. Why something is wrong stands in the log: probes are public. */
export interface HealthReport {
  /** `unavailable`: send no requests here. */
  readonly status: 'ok' | 'degraded' | 'unavailable'
  readonly state: HostStatus['state']
  readonly modules: readonly { readonly module: string; readonly status: ModuleHealth['status'] }[]
}

/** How ready the host is: its own state, then what its modules say, then what has failed without ending it. */
export async function readinessOf(status: HostStatus, signal: AbortSignal): Promise<HealthReport> {
  const { state, ready } = status
  // Modules that are not running yet, or no more, have nothing to say that would change the answer.
  if (!ready) return { status: 'unavailable', state, modules: [] }
  const modules = (await status.health(signal)).map(({ module, status }) => ({ module, status }))
  const isDown = modules.some((module) => module.status === 'down')
  const isDegraded = modules.some((module) => module.status === 'degraded') || status.degradations.length > 0
  return { status: isDown ? 'unavailable' : isDegraded ? 'degraded' : 'ok', state, modules }
}
