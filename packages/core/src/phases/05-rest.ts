import type { RestOwner } from '../rest/rest-owner.js'
import { messageOf } from '../errors/error-json.js'
import type { RestApi } from '../rest/rest-api.js'
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
    if (!gateway) return
    const ofGateway = { module: gateway.name, sync: true } as const
    yield { ...ofGateway, hook: 'restPrepare', step: 'prepare', run: () => gateway.hooks.restPrepare?.(gateway.ctx) }
    for (const module of host.modules.topological) {
      // A gateway that has failed is asked no more, and one that does not collect operations gets none.
      if (!module.has('rest') || host.failureOf(gateway.name) !== undefined) continue
      // Two visits, because a failure of the one is not the other's.
      const place: Place = {}
      yield asking(host, gateway, { module, place })
      if (host.failureOf(gateway.name) === undefined && place.api) yield declaration(host, module, place.api)
    }
    yield { ...ofGateway, hook: 'restFinalize', step: 'finalize', run: () => gateway.hooks.restFinalize?.(gateway.ctx) }
  },
}

/** Where a module declares its operations, once the gateway has said so. */
interface Place {
  api?: RestApi | undefined
}

interface Asker {
  readonly module: HostedModule
  readonly place: Place
}

/** The gateway is asked where a module is to declare. */
function asking(host: PhaseHost, gateway: HostedModule, { module, place }: Asker): Visit {
  const ask = (): unknown => {
    const api: unknown = gateway.hooks.restApi?.(new OwningModule(host, module))
    // What is no place to declare at is for the runner to judge: a promise, for example.
    place.api = api as RestApi | undefined
    return api
  }
  return { module: gateway.name, hook: 'restApi', step: 'api', sync: true, run: ask }
}

class OwningModule implements RestOwner {
  readonly module: string
  readonly #host: PhaseHost

  constructor(host: PhaseHost, module: HostedModule) {
    this.module = module.name
    this.#host = host
  }

  get available(): boolean {
    return this.#host.failureOf(this.module) === undefined
  }
}

/** An optional module that failed still says which operations it has, so that they answer 503 instead of 404. */
function declaration(host: PhaseHost, module: HostedModule, api: RestApi): Visit {
  const visit = { module: module.name, hook: 'registerRest', step: 'register', sync: true } as const
  const declare = (): unknown => module.hooks.registerRest?.(module.ctx, api)
  if (host.failureOf(module.name) === undefined) return { ...visit, run: declare }
  return { ...visit, evenIfFailed: true, run: () => declareUnavailable(host, module, declare) }
}

function declareUnavailable({ logger }: PhaseHost, module: HostedModule, declare: () => unknown): void {
  const giveUp = (error: string): void => {
    // Why the module failed it has said already; this says that its operations answer 404 instead of 503.
    logger.warn('A failed module could not declare its operations', { module: module.name, error })
  }
  if (!module.isConstructed) {
    giveUp('It could not be constructed.')
    return
  }
  try {
    syncHook(module.name, 'registerRest', declare)
  } catch (error) {
    giveUp(messageOf(error))
  }
}
