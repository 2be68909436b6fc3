import { isPromiseLike } from '../time/deadline.js'
import type { HostedModule } from './hosted-module.js'
import type { Phase, PhaseHost, Visit } from './phase.js'

/** `stateful` modules start, one after another: the REST host, then system modules, then the rest. */
export const start: Phase = {
  name: 'start',
  title: 'start',
  label: 'Start',
  *visits(host) {
    for (const module of host.modules.startOrder) {
      if (!module.has('stateful')) continue
      yield visitOf(host, module)
    }
  },
}

function visitOf(host: PhaseHost, module: HostedModule): Visit {
  let isGivenUp = false
  return {
    module: module.name,
    hook: 'start',
    run: () => startModule(host, module, () => isGivenUp),
    onAbandoned: () => {
      isGivenUp = true
      // A background task that is not ready in time goes on all the same: it is stopped with the others.
      if (module.runner) host.markStarted(module)
    },
  }
}

function startModule(host: PhaseHost, module: HostedModule, isGivenUp: () => boolean): unknown {
  host.logger.debug('Starting stateful module', { module: module.name, is_system: module.has('system') })
  const finish = (): void => {
    host.markStarted(module)
    if (!isGivenUp()) host.logger.info('Started module', { module: module.name })
  }
  const result = module.start(host.signal)
  // A thenable of another make need not keep the promises that promises make, so it is wrapped in one of ours.
  return isPromiseLike(result) ? Promise.resolve(result).then(finish) : finish()
}
