import type { Capability } from '../capabilities/capability.js'
import { HostError } from '../errors/host-error.js'

/** Where a module runs: in this process, or in a child that the host spawns. */
export type Placement = 'local' | 'moved'

/** One module of a host. */
export interface ModuleEntry {
  readonly name: string
  /** The names of the modules that go before this one; optional ones that are absent are left out. */
  readonly deps: readonly string[]
  readonly capabilities: readonly Capability[]
  readonly placement: Placement
  /** The module itself, from its construction on; always `undefined` for a moved module. */
  readonly instance: object | undefined
}

/** The modules of a host in the order in which they go. Frozen: it says what is, and cannot be changed. */
export class ModuleRegistry {
  /** Topological: dependencies first; of the modules that are ready, the one given first. */
  readonly entries: readonly ModuleEntry[]
  readonly #byName: ReadonlyMap<string, ModuleEntry>
  readonly #bySystemPriority: readonly ModuleEntry[]

  constructor(entries: readonly ModuleEntry[]) {
    this.entries = Object.freeze([...entries])
    this.#byName = new Map(entries.map((entry) => [entry.name, entry]))
    const isSystem = (entry: ModuleEntry): boolean => entry.capabilities.includes('system')
    this.#bySystemPriority = Object.freeze([
      ...entries.filter(isSystem),
      ...entries.filter((entry) => !isSystem(entry)),
    ])
    Object.freeze(this)
  }

  /** System modules first, then the rest, each group in topological order. */
  bySystemPriority(): readonly ModuleEntry[] {
    return this.#bySystemPriority
  }

  /** The module of that name; `undefined` where there is none. */
  get(name: string): ModuleEntry | undefined {
    return this.#byName.get(name)
  }

  /** The modules that have a capability, in topological order. */
  withCapability(capability: Capability): readonly ModuleEntry[] {
    return this.entries.filter((entry) => entry.capabilities.includes(capability))
  }
}

/** The error that collects everything that is wrong with a set of modules. */
export function registryError(problems: readonly HostError[]): HostError<'REGISTRY_INVALID'> {
  return new HostError('REGISTRY_INVALID', { problems })
}
