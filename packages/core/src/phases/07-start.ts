import { isPromiseLike } from '../time/deadline.js'
import type { HostedModule } from './hosted-module.js'
import type { Phase, PhaseHost } from './phase.js'

/** `stateful` modules start, one after another: the REST host, then system modules, then the rest. */
export const start: Phase = {
  name: 'start',
  title: 'start',
  label: 'Start',
  *visits(host) {
    for (const module of host.modules.startOrder) {
      if (!module.has('stateful')) continue
      yield {
        module: module.name,
        hook: 'start',
        run: () => startModule(host, module),
        // A background task that is not ready in time goes on all the same: it is stopped with the others.
        onAbandoned: () => {
          if (module.runner) host.markStarted(module)
        },
      }
    }
  },
}

function startModule(host: PhaseHost, module: HostedModule): unknown {
  host.logger.debug('Starting stateful module', { module: module.name, is_system: module.has('system') })
  const finish = (): void => {
    host.markStarted(module)
    host.logger.info('Started module', { module: module.name })
  }
  const result = module.start(host.signal)
  return isPromiseLike(result) ? result.then(finish) : finish()
}
