import type { ConfigNode } from './config-tree.js'
import { withoutSource } from './config-tree.js'

/**
 * The upper layer laid over the lower one. Maps merge key by key, the lower layer's keys first; everything else,
 * lists and an explicit `null` included, takes the place of what lies below.
 */
export function mergeTrees(lower: ConfigNode | undefined, upper: ConfigNode | undefined): ConfigNode | undefined {
  if (!lower || !upper) return upper ?? lower
  if (lower.kind !== 'map' || upper.kind !== 'map') return upper
  if (lower.entries.size === 0) return upper
  if (upper.entries.size === 0) return lower
  const entries = new Map(lower.entries)
  for (const [key, node] of upper.entries) {
    const below = entries.get(key)
    // Both sides are nodes or one is missing, so there always is a result.
    entries.set(key, mergeTrees(below, node) ?? node)
  }
  return { ...withoutSource(lower), entries }
}
