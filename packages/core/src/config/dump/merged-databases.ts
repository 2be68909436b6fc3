import type { MergedSection, MergedValue } from '../../capabilities/database.js'
import { type ConfigNode, type LeafNode, mapNode, nodeAt } from '../tree/config-tree.js'

/** Where to begin, and which way to go. */
export interface NodePlace {
  readonly node: ConfigNode
  readonly keys: readonly string[]
}

/** The last node on the way that is there. */
export function nearestNode({ node, keys }: NodePlace): ConfigNode | undefined {
  const ways = keys.map((_, index) => keys.slice(0, keys.length - index))
  return ways.map((way) => nodeAt(node, ...way)).find((found) => found !== undefined)
}

/** A merged section as a tree whose values say where they were written. */
export function mergedNode(section: MergedSection, nodeOf: (path: string) => ConfigNode | undefined): ConfigNode {
  const entries = [...section].map(
    ([name, entry]) => [name, isValue(entry) ? leafOf(entry, nodeOf) : mergedNode(entry, nodeOf)] as const,
  )
  return mapNode(entries, 'default')
}

function isValue(entry: MergedValue | MergedSection): entry is MergedValue {
  return 'value' in entry
}

function leafOf({ value, from, origin }: MergedValue, nodeOf: (path: string) => ConfigNode | undefined): LeafNode {
  const written = from === undefined ? undefined : nodeOf(from)
  const leaf: LeafNode = { kind: 'leaf', value, origin: origin ?? written?.origin ?? 'default' }
  // A part of a DSN is no secret because another part of it came from a secret variable.
  const isWhole = written?.kind === 'leaf' && written.value === value
  return isWhole && written.variables ? { ...leaf, variables: written.variables } : leaf
}

/** The entry of a module with another `database`. */
export function withDatabase(module: ConfigNode, database: ConfigNode): ConfigNode {
  return module.kind === 'map' ? mapNode([...module.entries, ['database', database]], module.origin) : module
}
