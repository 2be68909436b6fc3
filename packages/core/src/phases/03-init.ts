import { HostError } from '../errors/host-error.js'
import { isPromiseLike } from '../time/deadline.js'
import type { HostedModule } from './hosted-module.js'
import type { Phase, PhaseHost } from './phase.js'

/** Every module wires itself: looks up the clients of its dependencies, registers its own. System modules first. */
export const init: Phase = {
  name: 'init',
  title: 'init',
  label: 'Init',
  *visits(host) {
    for (const module of host.modules.systemFirst) {
      yield { module: module.name, hook: 'init', run: () => initialise(host, module) }
    }
  },
}

function initialise(host: PhaseHost, module: HostedModule): unknown {
  const { logger } = host
  logger.info('Initializing a module...', { module: module.name })
  const finish = (): void => {
    assertProvided(module)
    // An optional module that is ready when it has been given up has nothing to offer any more.
    if (host.failureOf(module.name) !== undefined) return
    host.offerClients(module)
    logger.info('Initialized a module.', { module: module.name })
  }
  const result: unknown = module.hooks.init?.(module.ctx)
  // A thenable of another make need not keep the promises that promises make, so it is wrapped in one of ours.
  return isPromiseLike(result) ? Promise.resolve(result).then(finish) : finish()
}

/** A module that says that it provides a client has to have registered it. */
function assertProvided({ definition, ctx }: HostedModule): void {
  for (const key of definition.provides) {
    if (ctx.clients.tryGet(key) === undefined) {
      throw new HostError('CLIENT_NOT_PROVIDED', { module: definition.name, client: key.name })
    }
  }
}
