import type { Phase } from './phase.js'

/** Every module is built in its container, before any hook of any module runs. A constructor's error surfaces as it is. */
export const construct: Phase = {
  name: 'construct',
  title: 'construct',
  label: 'Construct',
  quiet: true,
  unwrapped: true,
  *visits({ modules }) {
    for (const module of modules.topological) {
      yield { module: module.name, hook: 'constructor', sync: true, run: () => void module.construct() }
    }
  },
}
