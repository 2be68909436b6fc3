import type { HostError } from '../../errors/host-error.js'
import { type ConfigNode, type ConfigPath, childPath, leafNode } from './config-tree.js'
import { allowKey } from './forbidden-keys.js'

/** How a value of the program becomes a tree. */
export interface ObjectTreeOptions {
  readonly origin: string
  /** Where the value stands in the whole configuration. */
  readonly path: ConfigPath
  readonly problems: HostError[]
}

/**
 * A value of the program as a tree. Plain objects and arrays become maps and lists; everything else, such as functions
 * and instances, is a leaf and stays what it is. A property that is `undefined` counts as not written.
 */
export function objectTree(value: unknown, options: ObjectTreeOptions): ConfigNode {
  return convert(value, options.path, { ...options, above: new Set() })
}

interface Conversion extends ObjectTreeOptions {
  /** The objects that contain the one being converted. */
  readonly above: Set<unknown>
}

function convert(value: unknown, path: ConfigPath, conversion: Conversion): ConfigNode {
  const { above, origin } = conversion
  // A plain object that contains itself cannot be walked; from there on it is the caller's own value.
  if (above.has(value) || !isPlain(value)) return leafNode(value, origin)
  above.add(value)
  const node = Array.isArray(value) ? listOf(value, path, conversion) : mapOf(value, path, conversion)
  above.delete(value)
  return node
}

function listOf(source: readonly unknown[], path: ConfigPath, conversion: Conversion): ConfigNode {
  const items = source.map((item, index) => convert(item, childPath(path, index), conversion))
  return { kind: 'list', items, origin: conversion.origin, source }
}

function mapOf(source: object, path: ConfigPath, conversion: Conversion): ConfigNode {
  const { origin, problems } = conversion
  const entries = new Map<string, ConfigNode>()
  for (const [key, value] of Object.entries(source) as [string, unknown][]) {
    if (value === undefined || !allowKey(key, { path, origin, problems })) continue
    entries.set(key, convert(value, childPath(path, key), conversion))
  }
  return { kind: 'map', entries, origin, source }
}

/** An array, or an object that was written as a literal: of no class, in whichever realm. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
