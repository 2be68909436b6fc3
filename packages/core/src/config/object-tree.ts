import type { HostError } from '../errors/host-error.js'
import { type ConfigNode, childPath, leafNode } from './config-tree.js'
import { allowKey } from './forbidden-keys.js'

/** How a value of the program becomes a tree. */
export interface ObjectTreeOptions {
  readonly origin: string
  /** Where the value stands in the whole configuration. */
  readonly path: string
  readonly problems: HostError[]
}

/**
 * A value of the program as a tree. Plain objects and arrays become maps and lists; everything else, such as functions
 * and instances, is a leaf and stays what it is. A property that is `undefined` counts as not written.
 */
export function objectTree(value: unknown, options: ObjectTreeOptions): ConfigNode {
  return convert(value, options, new Set())
}

function convert(value: unknown, options: ObjectTreeOptions, above: Set<unknown>): ConfigNode {
  // A plain object that contains itself cannot be walked; from there on it is the caller's own value.
  if (above.has(value) || !isPlain(value)) return leafNode(value, options.origin)
  above.add(value)
  const node = Array.isArray(value) ? listOf(value, options, above) : mapOf(value, options, above)
  above.delete(value)
  return node
}

function listOf(source: readonly unknown[], options: ObjectTreeOptions, above: Set<unknown>): ConfigNode {
  const items = source.map((item, index) => convert(item, below(options, index), above))
  return { kind: 'list', items, origin: options.origin, source }
}

function mapOf(source: object, options: ObjectTreeOptions, above: Set<unknown>): ConfigNode {
  const entries = new Map<string, ConfigNode>()
  for (const [key, value] of Object.entries(source) as [string, unknown][]) {
    if (value === undefined || !allowKey(key, options)) continue
    entries.set(key, convert(value, below(options, key), above))
  }
  return { kind: 'map', entries, origin: options.origin, source }
}

function below(options: ObjectTreeOptions, key: string | number): ObjectTreeOptions {
  return { ...options, path: childPath(options.path, key) }
}

/** An array, or an object that was written as a literal: of no class, in whichever realm. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
