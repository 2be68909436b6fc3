import type { ConfigNode } from '../tree/config-tree.js'
import { type ModuleSection, modulePath, moduleSection } from './module-section.js'
import { foldName } from '../tree/name-matching.js'
import type { Section } from '../sections/section-values.js'

/** The entries under `modules`, wherever they come from. */
export interface ModuleSections {
  /** In configuration order. */
  names(): readonly string[]
  find(name: string): ModuleSection | undefined
  /** Takes note of the names of the program's modules: a provider is asked about them, and guessed names get their real spelling. */
  adopt(names: readonly string[]): void
}

/** The entries that the layers of a file, the environment and the host's options write. */
export class ConfiguredModules implements ModuleSections {
  readonly #sections = new Map<string, ModuleSection>()
  /** Names guessed from environment variables, by folded name. */
  readonly #guesses = new Map<string, string>()
  /** The real spelling of guessed names. */
  readonly #adopted = new Map<string, string>()

  /** @param modules the section `modules`, its variables expanded */
  constructor(modules: Section) {
    const entries: ReadonlyMap<string, ConfigNode> = modules.node?.kind === 'map' ? modules.node.entries : new Map()
    for (const [name, node] of entries) {
      this.#sections.set(name, moduleSection(name, { ...modules, node, path: modulePath(name) }))
      if (node.guessed) this.#guesses.set(foldName(name), name)
    }
  }

  names(): readonly string[] {
    return [...this.#sections.keys()].map((name) => this.#adopted.get(name) ?? name)
  }

  find(name: string): ModuleSection | undefined {
    return this.#sections.get(name) ?? this.#findGuess(name)
  }

  adopt(names: readonly string[]): void {
    if (this.#guesses.size === 0) return
    for (const name of names) {
      const guess = this.#guessFor(name)
      if (guess !== undefined && !this.#sections.has(name)) this.#adopted.set(guess, name)
    }
  }

  #findGuess(name: string): ModuleSection | undefined {
    const guess = this.#guessFor(name)
    const section = guess === undefined ? undefined : this.#sections.get(guess)
    return section && { ...section, name }
  }

  #guessFor(name: string): string | undefined {
    // Hosts have thousands of modules and seldom a variable for one.
    return this.#guesses.size === 0 ? undefined : this.#guesses.get(foldName(name))
  }
}
