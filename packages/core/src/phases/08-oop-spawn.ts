import type { MovedModule } from '../out-of-process/moved-module.js'
import { sleep } from '../time/deadline.js'
import type { HostedModule } from './hosted-module.js'
import type { Phase, PhaseHost, Visit } from './phase.js'
import { syncHook } from './sync-hook.js'

/** How long spawning waits for the hub's endpoint; a hub whose start awaits its binding has it at once. */
const ENDPOINT_WAIT_MS = 5_000
const ENDPOINT_POLL_MS = 10
/** How long before its deadline the wait ends, so that it ends by itself. */
const ENDPOINT_MARGIN_MS = 100
/** The same of the wait for children to get ready, which then says what is known of them. */
const READY_MARGIN_MS = 100

/**
 * Modules that live in processes of their own are spawned in the order of the configuration, once the hub listens. Only when
 * all of them run is the first one waited for, so that they get ready side by side.
 */
export const oopSpawn: Phase = {
  name: 'oop_spawn',
  title: 'oop_spawn',
  label: 'OoP spawn',
  isNeeded: ({ moved }) => moved.length > 0,
  *visits(host) {
    let endpoint: string | undefined
    const hub = host.modules.only('grpc_hub')
    if (hub) {
      const wait = async (withinMs: number): Promise<void> => {
        endpoint = await hubEndpoint(host, hub, Math.min(ENDPOINT_WAIT_MS, withinMs - ENDPOINT_MARGIN_MS))
      }
      // A visit of its own, so that the wait costs the first child nothing of its time.
      yield { module: hub.name, hook: 'boundEndpoint', step: 'endpoint', run: wait }
    }
    for (const moved of host.moved) yield spawning(host, moved, endpoint)
    for (const moved of host.moved) if (moved.saysWhenReady) yield waiting(host, moved)
  },
}

async function hubEndpoint(host: PhaseHost, hub: HostedModule, withinMs: number): Promise<string | undefined> {
  const { clock, signal, logger } = host
  const startedAt = clock.monotonic()
  const elapsed = (): number => clock.monotonic() - startedAt
  for (;;) {
    const endpoint = boundEndpoint(hub)
    if (endpoint !== undefined) {
      logger.debug('gRPC hub endpoint available', { endpoint, elapsed_ms: Math.round(elapsed()) })
      return endpoint
    }
    if (signal.aborted || elapsed() > withinMs) break
    await sleep(ENDPOINT_POLL_MS, { clock, signal })
  }
  logger.warn('Timed out waiting for gRPC hub to bind')
  return undefined
}

function boundEndpoint(hub: HostedModule): string | undefined {
  return syncHook(hub.name, 'boundEndpoint', () => hub.hooks.boundEndpoint?.())
}

function spawning(host: PhaseHost, moved: MovedModule, endpoint: string | undefined): Visit {
  const module = moved.name
  const run = async (): Promise<void> => {
    await host.children?.spawn(moved, endpoint)
    host.logger.info('Spawned OoP module via backend', { module, directory_endpoint: endpoint })
  }
  return { module, hook: 'spawn', run, onAbandoned: () => void host.children?.giveUp(module) }
}

function waiting(host: PhaseHost, { name: module }: MovedModule): Visit {
  const run = (withinMs: number): unknown => host.children?.ready(module, withinMs - READY_MARGIN_MS)
  return { module, hook: 'ready', step: 'ready', run, onAbandoned: () => void host.children?.giveUp(module) }
}
