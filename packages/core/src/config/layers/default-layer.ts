import { type ConfigNode, leafNode, mapNode } from '../tree/config-tree.js'
import { defaultHomeDir } from '../sections/directories.js'
import type { ConfigSurroundings } from '../sections/config-surroundings.js'

const ORIGIN = 'default'

/** The lowest layer: what holds when nobody says anything. */
export function defaultLayer(surroundings: ConfigSurroundings): ConfigNode {
  return section({
    server: section({ home_dir: leafNode(defaultHomeDir(surroundings), ORIGIN) }),
    logging: section({
      default: section({ console_format: leafNode('text', ORIGIN), console_level: leafNode('info', ORIGIN) }),
    }),
  })
}

function section(entries: Readonly<Record<string, ConfigNode>>): ConfigNode {
  return mapNode(Object.entries(entries), ORIGIN)
}
