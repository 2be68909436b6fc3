import { messageOf } from '../../errors/error-json.js'
import type { HostError } from '../../errors/host-error.js'
import type { ModuleSections } from './configured-modules.js'
import type { ConfigNode } from '../tree/config-tree.js'
import { configProblem, throwProblems } from '../tree/config-problem.js'
import { type EnvironmentBranch, placeBranch } from '../layers/environment-layer.js'
import { expandVariables } from '../layers/expand-variables.js'
import type { ConfigSurroundings } from '../sections/config-surroundings.js'
import { mergeTrees } from '../tree/merge-trees.js'
import { type ModuleSection, modulePath, moduleSection } from './module-section.js'
import type { ConfigProvider } from './module-settings.js'
import { foldName, kebabCase } from '../tree/name-matching.js'
import { objectTree } from '../tree/object-tree.js'
import { moduleEntryRule } from '../sections/section-rules.js'
import { writtenOut } from '../layers/shorthands.js'

export interface ProviderParts {
  readonly provider: ConfigProvider
  /** The variables below `APP__MODULES`, by folded module name. */
  readonly environment: ReadonlyMap<string, EnvironmentBranch>
  readonly surroundings: ConfigSurroundings
}

/** The entries that a provider supplies, each asked for once, when it is first needed; what it says wins over the environment. */
export class ProvidedModules implements ModuleSections {
  readonly #parts: ProviderParts
  readonly #sections = new Map<string, ModuleSection | undefined>()

  constructor(parts: ProviderParts) {
    this.#parts = parts
  }

  names(): readonly string[] {
    const found = [...this.#sections].filter(([, section]) => section).map(([name]) => name)
    const folded = new Set(found.map(foldName))
    const others = [...this.#parts.environment].filter(([name]) => !folded.has(name))
    return [...found, ...others.map(([, branch]) => kebabCase(branch.segment))]
  }

  /** @throws HostError `CONFIG_INVALID` where the entry has problems */
  find(name: string): ModuleSection | undefined {
    if (!this.#sections.has(name)) this.#sections.set(name, this.#read(name))
    return this.#sections.get(name)
  }

  adopt(names: readonly string[]): void {
    for (const name of names) {
      try {
        this.find(name)
      } catch {
        // An entry with problems is not yet asked for; whoever asks for it, or the check, gets to know them.
      }
    }
  }

  #read(name: string): ModuleSection | undefined {
    const problems: HostError[] = []
    const place = { path: modulePath(name), surroundings: this.#parts.surroundings, problems }
    const node = this.#entryOf(name, problems)
    const expanded = node && expandVariables(node, place.path, { env: place.surroundings.env, problems })
    const section = expanded && moduleSection(name, { ...place, node: expanded })
    throwProblems(problems)
    return section
  }

  #entryOf(name: string, problems: HostError[]): ConfigNode | undefined {
    const path = modulePath(name)
    const provided = this.#provided(name, problems)
    const branch = this.#parts.environment.get(foldName(name))
    const set = branch && placeBranch(branch, { others: [provided], rule: moduleEntryRule, path, problems })
    const whole = (layer: ConfigNode | undefined): ConfigNode | undefined =>
      layer && writtenOut(layer, moduleEntryRule, this.#parts.surroundings.env)
    return mergeTrees(whole(set), whole(provided))
  }

  #provided(name: string, problems: HostError[]): ConfigNode | undefined {
    const place = { path: modulePath(name), origin: 'configuration provider' }
    try {
      const entry = this.#parts.provider.moduleConfig(name)
      return entry === undefined ? undefined : objectTree(entry, { ...place, problems })
    } catch (error) {
      problems.push(configProblem({ ...place, reason: `cannot be read: ${messageOf(error)}`, cause: error }))
      return undefined
    }
  }
}
