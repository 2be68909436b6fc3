import type { ModuleSections } from '../modules/configured-modules.js'
import { type ConfigNode, leavesOf, nodeAt } from '../tree/config-tree.js'
import { serverNameOf } from './render-module.js'

/** What every process may know: without these programs do not find their home, their tools or their language. */
const ORDINARY = new Set(
  'PATH HOME USERPROFILE USER USERNAME LOGNAME SHELL LANG TZ TMPDIR TEMP TMP SYSTEMROOT HOSTNAME NODE_ENV NODE_OPTIONS'.split(
    ' ',
  ),
)

export interface VariableReaders {
  readonly root: ConfigNode
  readonly modules: ModuleSections
}

/** The variables that other modules' entries, or database servers that are not this module's, ask for and nothing else does. */
export function withheldVariables(name: string, { root, modules }: VariableReaders): readonly string[] {
  const own = modules.find(name)
  const needed = new Set(ORDINARY)
  const others = new Set<string>()
  const server = serverNameOf(nodeAt(own?.node, 'database'))
  addVariables(own?.node, needed)
  for (const [key, node] of entriesOf(root, 'database', 'servers')) addVariables(node, key === server ? needed : others)
  for (const module of modules.names()) if (module !== name) addVariables(modules.find(module)?.node, others)
  for (const node of sharedNodes(root)) addVariables(node, needed)
  return [...others].filter((variable) => !needed.has(variable)).sort()
}

/** What all processes are told. */
function* sharedNodes(root: ConfigNode): Generator<ConfigNode> {
  for (const [key, node] of entriesOf(root)) if (key !== 'modules' && key !== 'database') yield node
  for (const [key, node] of entriesOf(root, 'database')) if (key !== 'servers') yield node
}

function entriesOf(root: ConfigNode, ...keys: readonly string[]): Iterable<readonly [string, ConfigNode]> {
  const node = nodeAt(root, ...keys)
  return node?.kind === 'map' ? node.entries : []
}

function addVariables(node: ConfigNode | undefined, variables: Set<string>): void {
  if (!node) return
  for (const leaf of leavesOf(node)) for (const variable of leaf.variables ?? []) variables.add(variable)
}
