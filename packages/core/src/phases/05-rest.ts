import type { RestOwner } from '../capabilities/rest-host-module.js'
import { messageOf } from '../errors/error-json.js'
import type { HostedModule } from './hosted-module.js'
import type { Phase, PhaseHost, Visit } from './phase.js'
import { syncHook } from './sync-hook.js'

/** The REST host prepares, every `rest` module declares its operations in topological order, the REST host finalises. */
export const rest: Phase = {
  name: 'rest',
  title: 'rest (sync)',
  label: 'REST',
  *visits(host) {
    const gateway = host.modules.only('rest_host')
    if (!gateway || host.failureOf(gateway.name) !== undefined) return
    const ofGateway = { module: gateway.name, sync: true } as const
    yield { ...ofGateway, hook: 'restPrepare', step: 'prepare', run: () => gateway.hooks.restPrepare?.(gateway.ctx) }
    for (const module of host.modules.topological) {
      if (module.has('rest')) yield registration(host, gateway, module)
    }
    yield { ...ofGateway, hook: 'restFinalize', step: 'finalize', run: () => gateway.hooks.restFinalize?.(gateway.ctx) }
  },
}

/** An optional module that failed still says which operations it has, so that they answer 503 instead of 404. */
function registration(host: PhaseHost, gateway: HostedModule, module: HostedModule): Visit {
  const visit = { module: module.name, hook: 'registerRest', step: 'register', sync: true } as const
  if (host.failureOf(module.name) === undefined) return { ...visit, run: () => declare(host, gateway, module) }
  return { ...visit, evenIfFailed: true, run: () => declareUnavailable(host, gateway, module) }
}

function declare(host: PhaseHost, gateway: HostedModule, module: HostedModule): unknown {
  const owner: RestOwner = {
    module: module.name,
    get available() {
      return host.failureOf(module.name) === undefined
    },
  }
  const api = syncHook(gateway.name, 'restApi', () => gateway.hooks.restApi?.(owner))
  // A gateway that does not collect operations gets none.
  return api && module.hooks.registerRest?.(module.ctx, api)
}

function declareUnavailable(host: PhaseHost, gateway: HostedModule, module: HostedModule): void {
  try {
    syncHook(module.name, 'registerRest', () => declare(host, gateway, module))
  } catch (error) {
    // The module has failed already, and said why; what its routes would have been stays unknown.
    host.logger.debug('A failed module could not declare its operations', {
      module: module.name,
      error: messageOf(error),
    })
  }
}
