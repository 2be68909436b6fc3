import type { Phase } from './phase.js'

/** System modules are given what they need of the host, before anything else happens. */
export const preInit: Phase = {
  name: 'pre_init',
  title: 'pre_init',
  label: 'Pre-init',
  *visits({ modules, system, logger }) {
    for (const module of modules.systemFirst) {
      if (!module.has('system')) continue
      yield {
        module: module.name,
        hook: 'preInit',
        sync: true,
        run: () => {
          logger.debug('Running system pre_init', { module: module.name })
          return module.hooks.preInit?.(system)
        },
      }
    }
  },
}
