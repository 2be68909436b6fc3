import type { PlaceName } from './placement.js'
import type { PlacedModules } from './placed-modules.js'

interface Tree {
  readonly [key: string]: unknown
}

/** The given configuration, with which the client's module is in this place. */
export function placedConfig(given: object, { provider, hub }: PlacedModules, place: PlaceName): object {
  const client = { config: { client: { strict_local: place === 'strict_local' } } }
  return merged(given, { modules: { [hub]: client, [provider]: { runtime: runtimes[place] } } })
}

const runtimes: Readonly<Record<PlaceName, Tree>> = {
  local: { type: 'local' },
  strict_local: { type: 'local' },
  // A process that dies fails its tests at once, and not when the time is up.
  child: { type: 'oop', restart: 'never' },
}

function merged(below: object, above: Tree): Tree {
  const entries = Object.entries(above).map(([key, value]): [string, unknown] => {
    const under = (below as Tree)[key]
    return [key, isTree(under) && isTree(value) ? merged(under, value) : value]
  })
  return { ...below, ...Object.fromEntries(entries) }
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
