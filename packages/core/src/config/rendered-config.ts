import { messageOf } from '../errors/error-json.js'
import type { HostError } from '../errors/host-error.js'
import {
  type ChildProgram,
  type Family,
  familyOfChild,
  hubEntryOfChild,
  servicesOfChild,
} from './children/child-program.js'
import { withGuessedKeys } from './children/guessed-keys.js'
import { configProblem, throwProblems } from './tree/config-problem.js'
import { type ConfigNode, isPresent, mapChildren, mapNode, nodeAt } from './tree/config-tree.js'
import { ConfiguredModules } from './modules/configured-modules.js'
import { expandVariables } from './layers/expand-variables.js'
import type { HostConfig } from './host-config.js'
import type { ConfigSurroundings } from './sections/config-surroundings.js'
import { checkedRoot, LoadedConfig } from './loaded-config.js'
import { modulePath } from './modules/module-section.js'
import { objectTree } from './tree/object-tree.js'

/** Where the text comes from, for people. */
const ORIGIN = 'environment variable MODKIT_MODULE_CONFIG'

/** Which modules a child runs. */
export interface ChildModules {
  readonly module: string
  /** The module with the capability `grpc_hub`, where the program has one. */
  readonly hub?: string | undefined
}

/** What a host has told its child. */
export interface RenderedConfig {
  readonly config: HostConfig
  readonly services: ChildProgram['services']
  readonly family: Family | undefined
}

/**
 * The configuration of a moved module's process, from the JSON that its host rendered for it and nothing else.
 *
 * @throws HostError `CONFIG_INVALID` with every problem
 */
export function loadRenderedConfig(
  json: string,
  child: ChildModules,
  surroundings: ConfigSurroundings,
): RenderedConfig {
  const problems: HostError[] = []
  const rendered = asTexts(parse(json, problems))
  const root = checkedRoot(rootOf(rendered, child, { surroundings, problems }), { surroundings, problems })
  const modules = new ConfiguredModules({ node: nodeAt(root, 'modules'), path: 'modules', surroundings, problems })
  const config = new LoadedConfig({ root, modules, surroundings, problems })
  throwProblems(problems)
  return {
    config,
    services: servicesOfChild(nodeAt(rendered, 'grpc', 'services')),
    family: familyOfChild(nodeAt(rendered, 'grpc', 'family')),
  }
}

function parse(json: string, problems: HostError[]): ConfigNode {
  try {
    return objectTree(JSON.parse(json), { origin: ORIGIN, path: '', problems })
  } catch (error) {
    problems.push(configProblem({ path: '', reason: `is not JSON: ${messageOf(error)}`, origin: ORIGIN, cause: error }))
    return mapNode([], ORIGIN)
  }
}

/** What the host read from its environment is a text here too, and the schema still decides what it means. */
function asTexts(node: ConfigNode): ConfigNode {
  if (node.kind !== 'leaf') return mapChildren(node, asTexts)
  return typeof node.value === 'string' ? { ...node, fromText: true } : node
}

/** The rendered sections where the configuration of a host has them. */
function rootOf(
  rendered: ConfigNode,
  { module, hub }: ChildModules,
  { surroundings, problems }: { readonly surroundings: ConfigSurroundings; readonly problems: HostError[] },
): ConfigNode {
  const pick = (...keys: string[]): [string, ConfigNode][] => {
    const node = nodeAt(rendered, ...keys)
    return isPresent(node) ? [[keys.at(-1) ?? '', node]] : []
  }
  const database = (part: string, path: string): [string, ConfigNode][] =>
    pick('database', part).map(([, node]) => [
      'database',
      expandVariables(node, path, { env: surroundings.env, problems }),
    ])
  const config = pick('config').map(([key, node]): [string, ConfigNode] => [
    key,
    withGuessedKeys(node, nodeAt(rendered, 'guessed')),
  ])
  const entry = mapNode([...config, ...database('module', `${modulePath(module)}.database`)], ORIGIN)
  const shared = [...pick('server'), ...database('global', 'database'), ...pick('logging'), ...pick('tracing')]
  const modules: [string, ConfigNode][] = [[module, entry]]
  if (hub !== undefined) modules.push([hub, hubEntryOfChild(nodeAt(rendered, 'grpc', 'hub'), ORIGIN)])
  return mapNode([...shared, ['modules', mapNode(modules, ORIGIN)]], ORIGIN)
}
