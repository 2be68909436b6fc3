import { type ConfigNode, mapChildren, toPlain } from '../tree/config-tree.js'

/** Where a key stands below a module's `config`: key after key, since a key may have dots in it. */
type KeyPath = readonly string[]

/**
 * Which keys of a section were guessed from the names of environment variables; `undefined` where none was. The child that has
 * the schema gives them its spelling, and no others: the keys of a record are what somebody wrote.
 */
export function guessedKeys(node: ConfigNode | undefined): readonly KeyPath[] | undefined {
  const paths = node ? [...pathsBelow(node)] : []
  return paths.length > 0 ? paths : undefined
}

function* pathsBelow(node: ConfigNode): Generator<KeyPath> {
  // A variable leads through maps alone.
  for (const [key, child] of node.kind === 'map' ? node.entries : []) {
    if (child.guessed) yield [key]
    for (const path of pathsBelow(child)) yield [key, ...path]
  }
}

/** The section of a child with these keys marked as guessed. */
export function withGuessedKeys(section: ConfigNode, told: ConfigNode | undefined): ConfigNode {
  // Only a host of this same release tells it, as `guessedKeys` says it.
  return told?.kind === 'list' ? marked(section, toPlain(told) as readonly KeyPath[]) : section
}

function marked(node: ConfigNode, paths: readonly KeyPath[]): ConfigNode {
  if (node.kind !== 'map' || paths.length === 0) return node
  return mapChildren(node, (child, key) => {
    const rests = paths.filter(([first]) => first === key).map((path) => path.slice(1))
    const below = marked(
      child,
      rests.filter((rest) => rest.length > 0),
    )
    return rests.some((rest) => rest.length === 0) ? { ...below, guessed: true } : below
  })
}
