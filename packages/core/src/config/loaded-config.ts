import type { MergedSection } from '../capabilities/database.js'
import type { HostError } from '../errors/host-error.js'
import type { LoggingConfig } from '../logging/logging-config.js'
import { applyRule } from './sections/apply-rule.js'
import type { ChildProgram } from './children/child-program.js'
import { moduleProblems } from './modules/check-modules.js'
import { throwProblems } from './tree/config-problem.js'
import { type ConfigNode, mapNode, nodeAt, toPlain } from './tree/config-tree.js'
import type { ModuleSections } from './modules/configured-modules.js'
import { defaultLayer } from './layers/default-layer.js'
import { defaultHomeDir } from './sections/directories.js'
import { type ConfigDump, dumpTree } from './dump/dump-config.js'
import type { HostConfig, ModuleEntry } from './host-config.js'
import type { DeclaredModule } from './modules/declared-module.js'
import type { ModuleRuntime } from './modules/module-runtime.js'
import type { ConfigSurroundings } from './sections/config-surroundings.js'
import { loggingConfig } from './sections/logging-section.js'
import { mergedNode, type NodePlace, nearestNode, withDatabase } from './dump/merged-databases.js'
import { mergeTrees } from './tree/merge-trees.js'
import type { ModuleSettings } from './modules/module-settings.js'
import { renderModule } from './children/render-module.js'
import { configRule } from './sections/section-rules.js'
import { SectionSettings } from './modules/section-settings.js'
import { type Section, pathAt, plainAt, sectionAt } from './sections/section-values.js'
import { withheldVariables } from './children/withheld-variables.js'

export interface LoadedParts {
  /** From {@link checkedRoot}. */
  readonly root: ConfigNode
  readonly modules: ModuleSections
  readonly surroundings: ConfigSurroundings
  readonly problems: HostError[]
}

/** The whole tree over the defaults, held against the rules of the core's own sections. */
export function checkedRoot(expanded: ConfigNode, place: Pick<LoadedParts, 'surroundings' | 'problems'>): ConfigNode {
  const whole = mergeTrees(defaultLayer(place.surroundings), expanded) ?? expanded
  return applyRule(whole, configRule, { path: '', problems: place.problems })
}

/** A configuration that has been read. */
export class LoadedConfig implements HostConfig {
  readonly homeDir: string
  readonly logging: LoggingConfig
  readonly tracing: unknown
  readonly database: unknown
  readonly #root: ConfigNode
  readonly #modules: ModuleSections

  /** Reports into `problems` what is wrong with the core's own sections; a configuration with problems is not to be used. */
  constructor({ root, modules, surroundings, problems }: LoadedParts) {
    const whole: Section = { node: root, path: '', surroundings, problems }
    this.homeDir = pathAt(sectionAt(whole, 'server'), 'home_dir') ?? defaultHomeDir(surroundings)
    this.logging = loggingConfig(sectionAt(whole, 'logging'))
    this.tracing = plainAt(whole, 'tracing')
    this.database = plainAt(whole, 'database')
    this.#root = root
    this.#modules = modules
  }

  adopt(names: readonly string[]): void {
    this.#modules.adopt(names)
  }

  get moduleNames(): readonly string[] {
    return this.#modules.names()
  }

  entry(name: string): ModuleEntry | undefined {
    const section = this.#modules.find(name)
    // The rules have seen to it that the entry is what its type says.
    return section && (toPlain(section.node) as ModuleEntry)
  }

  isEnabled(name: string): boolean {
    return this.#modules.find(name)?.enabled ?? true
  }

  runtimeOf(name: string): ModuleRuntime {
    return this.#modules.find(name)?.runtime ?? { type: 'local' }
  }

  settings(name: string): ModuleSettings {
    return new SectionSettings(name, this.#modules.find(name))
  }

  check(modules: readonly DeclaredModule[]): void {
    throwProblems(moduleProblems(modules, this.#modules))
  }

  renderFor(name: string, child?: ChildProgram): string {
    const program = child && { ...child, section: this.#modules.find(child.hub) }
    return renderModule(this.#modules.find(name), { root: this.#root, homeDir: this.homeDir, program })
  }

  withheldEnv(name: string): readonly string[] {
    return withheldVariables(name, { root: this.#root, modules: this.#modules })
  }

  originOf(path: string): string | undefined {
    return nearestNode(this.#startOf(path))?.origin
  }

  dump(databases?: ReadonlyMap<string, MergedSection>): ConfigDump {
    const nodeOf = (path: string): ConfigNode | undefined => {
      const { node, keys } = this.#startOf(path)
      return nodeAt(node, ...keys)
    }
    const modules = this.#modules.names().map((name): [string, ConfigNode] => {
      const database = databases?.get(name)
      return [name, database ? withDatabase(this.#nodeOf(name), mergedNode(database, nodeOf)) : this.#nodeOf(name)]
    })
    if (modules.length === 0) return dumpTree(this.#root)
    const origin = nodeAt(this.#root, 'modules')?.origin ?? 'default'
    return dumpTree(mapNode([...rootEntries(this.#root), ['modules', mapNode(modules, origin)]], this.#root.origin))
  }

  /** Modules stand in a list of their own, since a provider's are in no tree. */
  #startOf(path: string): NodePlace {
    const [first = '', name = '', ...below] = path.split('.')
    const module = first === 'modules' ? this.#modules.find(name)?.node : undefined
    return module ? { node: module, keys: below } : { node: this.#root, keys: path.split('.') }
  }

  #nodeOf(name: string): ConfigNode {
    return this.#modules.find(name)?.node ?? mapNode([], 'default')
  }
}

function rootEntries(root: ConfigNode): Iterable<readonly [string, ConfigNode]> {
  return root.kind === 'map' ? root.entries : []
}
