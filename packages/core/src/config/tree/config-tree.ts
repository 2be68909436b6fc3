/**
 * A configuration while it is being put together: plain data in which every value knows where it came from.
 * Nodes are never changed; whoever changes a tree makes new nodes along the way and keeps the rest.
 */
export type ConfigNode = MapNode | ListNode | LeafNode

interface NodeBase {
  /** For people: `file:line:column`, `environment variable X`, `host options` or `default`. */
  readonly origin: string
  /** Its key was guessed from the name of an environment variable; a schema may still give it another spelling. */
  readonly guessed?: true
}

export interface MapNode extends NodeBase {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, ConfigNode>
  /** The caller's own object that says exactly this, handed on instead of a copy. */
  readonly source?: object
}

export interface ListNode extends NodeBase {
  readonly kind: 'list'
  readonly items: readonly ConfigNode[]
  /** As with a map. */
  readonly source?: readonly unknown[]
}

export interface LeafNode extends NodeBase {
  readonly kind: 'leaf'
  /** A scalar, or anything of the caller's that is not plain data, such as a function or an instance. */
  readonly value: unknown
  /** Came from the environment, where everything is a text: a schema may read it as something else. */
  readonly fromText?: true
  /** The text before its `${NAME}` were expanded. */
  readonly written?: string
  /** The environment variables that were expanded in it. */
  readonly variables?: readonly string[]
  /** Asks for a variable that is not set, or begins none: what it would be is not known. */
  readonly unresolved?: true
}

/** Where a node stands: `modules.users.config`. Empty for the root. */
export type ConfigPath = string

export function mapNode(entries: Iterable<readonly [string, ConfigNode]>, origin: string): MapNode {
  return { kind: 'map', entries: new Map(entries), origin }
}

export function leafNode(value: unknown, origin: string): LeafNode {
  return { kind: 'leaf', value, origin }
}

export function childPath(path: ConfigPath, key: string | number): ConfigPath {
  return path === '' ? String(key) : `${path}.${String(key)}`
}

/** The node under these keys; `undefined` where there is none, also where a value stands in the way. */
export function nodeAt(node: ConfigNode | undefined, ...keys: readonly PropertyKey[]): ConfigNode | undefined {
  let current = node
  for (const key of keys) current = current && childOf(current, key)
  return current
}

function childOf(node: ConfigNode, key: PropertyKey): ConfigNode | undefined {
  if (node.kind === 'map') return node.entries.get(String(key))
  return node.kind === 'list' ? node.items[Number(key)] : undefined
}

/** Whether the node is there and says more than "nothing": of the core's own sections a `null` counts as absent. */
export function isPresent(node: ConfigNode | undefined): node is ConfigNode {
  return node !== undefined && !(node.kind === 'leaf' && node.value === null)
}

/** The tree as plain data; the caller's own objects where they say the same. */
export function toPlain(node: ConfigNode): unknown {
  switch (node.kind) {
    case 'leaf':
      return node.value
    case 'list':
      return node.source ?? node.items.map(toPlain)
    case 'map':
      return node.source ?? Object.fromEntries([...node.entries].map(([key, child]) => [key, toPlain(child)]))
  }
}

/** A node with every child replaced by what `change` makes of it; the same node where nothing changes. */
export function mapChildren(
  node: MapNode | ListNode,
  change: (child: ConfigNode, key: string | number) => ConfigNode,
): ConfigNode {
  return node.kind === 'map' ? changeEntries(node, change) : changeItems(node, change)
}

function changeEntries(node: MapNode, change: (child: ConfigNode, key: string) => ConfigNode): MapNode {
  const entries = new Map<string, ConfigNode>()
  let changed = false
  for (const [key, child] of node.entries) {
    const next = change(child, key)
    changed ||= next !== child
    entries.set(key, next)
  }
  return changed ? { ...withoutSource(node), entries } : node
}

function changeItems(node: ListNode, change: (child: ConfigNode, index: number) => ConfigNode): ListNode {
  const items = node.items.map(change)
  return items.every((item, index) => item === node.items[index]) ? node : { ...withoutSource(node), items }
}

/** The node without the caller's object, for a tree that no longer says the same. */
export function withoutSource<N extends MapNode | ListNode>(node: N): Omit<N, 'source'> {
  const { source: _, ...rest } = node
  return rest
}

/** Every leaf at or below the node. */
export function* leavesOf(node: ConfigNode): Generator<LeafNode> {
  if (node.kind === 'leaf') yield node
  else for (const child of node.kind === 'map' ? node.entries.values() : node.items) yield* leavesOf(child)
}
