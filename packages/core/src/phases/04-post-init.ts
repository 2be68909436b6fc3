import type { Phase } from './phase.js'

/** System modules see the result of all inits: a barrier between wiring and what relies on it being complete. */
export const postInit: Phase = {
  name: 'post_init',
  title: 'post_init',
  label: 'Post-init',
  *visits({ modules, system }) {
    for (const module of modules.systemFirst) {
      if (module.has('system'))
        yield { module: module.name, hook: 'postInit', run: () => module.hooks.postInit?.(system) }
    }
  },
}
