import type { HostError } from '../errors/host-error.js'
import { moduleProblems } from './modules/check-modules.js'
import { readConfigFile, readModulesDir } from './layers/config-files.js'
import { throwProblems } from './tree/config-problem.js'
import { type ConfigNode, mapNode, nodeAt } from './tree/config-tree.js'
import { ConfiguredModules, type ModuleSections } from './modules/configured-modules.js'
import { absolutePath } from './sections/directories.js'
import { type EnvironmentBranch, environmentBranch, placeBranch } from './layers/environment-layer.js'
import { expandVariables } from './layers/expand-variables.js'
import type { HostConfig } from './host-config.js'
import type { DeclaredModule } from './modules/declared-module.js'
import type { ConfigSurroundings } from './sections/config-surroundings.js'
import { checkedRoot, LoadedConfig } from './loaded-config.js'
import { mergeTrees } from './tree/merge-trees.js'
import type { ConfigProvider } from './modules/module-settings.js'
import { objectTree } from './tree/object-tree.js'
import { ProvidedModules } from './modules/provided-modules.js'
import { placementRule } from './sections/section-rules.js'
import { writtenOut } from './layers/shorthands.js'

/**
 * Reads the configuration: defaults, then the file, the files of `modules_dir`, the environment (`APP__…`) and, on top,
 * the tree or the provider that the host's options give. Creates nothing and opens nothing but these files.
 *
 * @param source path of a YAML file relative to `cwd`, a tree, or a provider of the modules' entries
 * @param declared the modules of the program, where they are known: then their sections are checked in the same go
 * @throws HostError `CONFIG_FILE_NOT_FOUND`, or `CONFIG_INVALID` with every problem
 */
export function loadConfig(
  source: string | object | ConfigProvider | undefined,
  surroundings: ConfigSurroundings,
  declared?: readonly DeclaredModule[],
): HostConfig {
  const problems: HostError[] = []
  const layers = readLayers(source, surroundings, problems)
  const modulesDir = readModuleFiles(layers, surroundings, problems)
  const stacked = stack({ ...layers, modulesDir }, surroundings, problems)
  const expanded = expandVariables(stacked, '', { env: surroundings.env, problems })
  const root = checkedRoot(expanded, { surroundings, problems })
  const modules = modulesOf(root, layers, { surroundings, problems })
  const config = new LoadedConfig({ root, modules, surroundings, problems })
  // Nothing can be said to be missing from the sections of a file that was not understood.
  const sections = declared && !layers.isFileLost ? moduleProblems(declared, modules) : []
  throwProblems([...problems, ...sections])
  return config
}

interface Layers {
  readonly file: ConfigNode | undefined
  /** Whether there is a file and nothing is known of what it says. */
  readonly isFileLost: boolean
  readonly environment: EnvironmentBranch | undefined
  readonly host: ConfigNode | undefined
  readonly provider: ConfigProvider | undefined
  /** The variables below `APP__MODULES`, where a provider is to be asked about their modules. */
  readonly providedEnvironment: ReadonlyMap<string, EnvironmentBranch>
}

function readLayers(
  source: string | object | undefined,
  { env, cwd }: ConfigSurroundings,
  problems: HostError[],
): Layers {
  const environment = environmentBranch(env, problems)
  const none: Layers = {
    environment,
    file: undefined,
    isFileLost: false,
    host: undefined,
    provider: undefined,
    providedEnvironment: new Map(),
  }
  if (source === undefined) return none
  if (typeof source === 'string') {
    const before = problems.length
    const file = readConfigFile(source, { cwd, problems })
    return { ...none, file, isFileLost: file === undefined && problems.length > before }
  }
  if (!isProvider(source)) return { ...none, host: objectTree(source, { origin: 'host options', path: '', problems }) }
  const modules = environment?.children.get('modules')
  environment?.children.delete('modules')
  return { ...none, provider: source, providedEnvironment: modules?.children ?? new Map() }
}

function isProvider(source: object): source is ConfigProvider {
  return typeof (source as { moduleConfig?: unknown }).moduleConfig === 'function'
}

/** The files of `modules_dir`, wherever that is said; the environment and the host's options rank above them. */
function readModuleFiles(
  layers: Layers,
  surroundings: ConfigSurroundings,
  problems: HostError[],
): ConfigNode | undefined {
  // What is wrong with the layers themselves is found again, and reported, when they are stacked for good.
  const written = nodeAt(stack(layers, surroundings, []), 'modules_dir')
  const expanded = written && expandVariables(written, 'modules_dir', { env: surroundings.env, problems: [] })
  if (expanded?.kind !== 'leaf' || typeof expanded.value !== 'string') return undefined
  const directory = absolutePath(expanded.value, surroundings)
  return directory === undefined ? undefined : readModulesDir(directory, { cwd: surroundings.cwd, problems })
}

/** All layers in one tree. */
function stack(
  { file, modulesDir, environment, host }: Layers & { readonly modulesDir?: ConfigNode | undefined },
  { env }: ConfigSurroundings,
  problems: HostError[],
): ConfigNode {
  const whole = (layer: ConfigNode | undefined): ConfigNode | undefined =>
    layer && writtenOut(layer, placementRule, env)
  const files = mergeTrees(whole(file), whole(modulesDir))
  const variables =
    environment && placeBranch(environment, { others: [files, host], rule: placementRule, path: '', problems })
  return mergeTrees(mergeTrees(files, whole(variables)), whole(host)) ?? mapNode([], 'default')
}

function modulesOf(
  root: ConfigNode,
  { provider, providedEnvironment }: Layers,
  place: { readonly surroundings: ConfigSurroundings; readonly problems: HostError[] },
): ModuleSections {
  if (!provider) return new ConfiguredModules({ ...place, node: nodeAt(root, 'modules'), path: 'modules' })
  return new ProvidedModules({ provider, environment: providedEnvironment, surroundings: place.surroundings })
}
