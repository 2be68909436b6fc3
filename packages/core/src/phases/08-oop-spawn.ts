import { childEnvironment } from '../out-of-process/oop-environment.js'
import { uuidV7 } from '../out-of-process/uuid-v7.js'
import { sleep } from '../time/deadline.js'
import type { HostedModule } from './hosted-module.js'
import type { MovedModule } from './moved-module.js'
import type { Phase, PhaseHost } from './phase.js'
import { syncHook } from './sync-hook.js'

/** How long spawning waits for the hub's endpoint; a hub whose start awaits its binding has it at once. */
const ENDPOINT_WAIT_MS = 5_000
const ENDPOINT_POLL_MS = 10
/** How long before its deadline the wait ends, so that it ends by itself. */
const ENDPOINT_MARGIN_MS = 100

/** Modules that live in processes of their own are spawned in the order of the configuration, once the hub listens. */
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
    for (const moved of host.moved) {
      yield { module: moved.name, hook: 'spawn', run: () => spawn(host, moved, endpoint) }
    }
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

async function spawn(host: PhaseHost, moved: MovedModule, directoryEndpoint: string | undefined): Promise<void> {
  const { name, backend, renderedConfig } = moved
  const instance = { module: name, instanceId: uuidV7(host.clock.now()) }
  const identity = { ...instance, token: host.system.moduleManager.tokens.issue(instance) }
  await backend.spawnInstance({
    name,
    backend: backend.kind,
    binary: moved.binary,
    args: moved.args,
    env: childEnvironment({ configured: moved.environment, ...identity, renderedConfig, directoryEndpoint }),
    withheldEnv: moved.withheldEnv,
    ...(moved.workingDirectory !== undefined && { workingDirectory: moved.workingDirectory }),
  })
  host.logger.info('Spawned OoP module via backend', { module: name, directory_endpoint: directoryEndpoint })
}
