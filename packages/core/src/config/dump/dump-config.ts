import { isSecretKey } from '../../logging/secrets.js'
import type { ConfigNode } from '../tree/config-tree.js'
import { redactedValue } from './redacted-value.js'

/** A configuration as it is shown: each leaf with its origin, secrets hidden. */
export type ConfigDump = DumpedMap | DumpedList | DumpedValue

export interface DumpedMap {
  readonly map: Readonly<Record<string, ConfigDump>>
}

export interface DumpedList {
  readonly list: readonly ConfigDump[]
}

/** An effective value, and where it came from. */
export interface DumpedValue {
  readonly value: string | number | boolean | null
  /** `file:line:column`, `environment variable X`, `host options`, `configuration provider` or `default`. */
  readonly origin: string
}

export function dumpTree(root: ConfigNode): ConfigDump {
  return dump(root, { key: '', secret: false })
}

interface DumpPlace {
  readonly key: string
  /** Whether a key above says that all below is secret. */
  readonly secret: boolean
}

function dump(node: ConfigNode, { key, secret }: DumpPlace): ConfigDump {
  if (node.kind === 'leaf') return { value: redactedValue(node, key, secret), origin: node.origin }
  const hidden = secret || isSecretKey(key)
  if (node.kind === 'list') return { list: node.items.map((item) => dump(item, { key, secret: hidden })) }
  const entries = [...node.entries].map(([name, child]) => [name, dump(child, { key: name, secret: hidden })] as const)
  return { map: Object.fromEntries(entries) }
}
