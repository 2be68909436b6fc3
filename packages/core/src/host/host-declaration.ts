import { HostError } from '../errors/host-error.js'
import type { HostConfig } from '../config/host-config.js'
import { loadConfig } from '../config/load-config.js'
import { definitionWriter, moduleDefinition, type ModuleDefinition } from '../module/module-definition.js'
import type { ModuleClass } from '../module/module-options.js'
import { thisCopy, type CoreCopy } from '../module/core-copy.js'
import { buildRegistry } from '../registry/build-registry.js'
import type { ModuleRegistry } from '../registry/module-registry.js'
import type { HostOptions } from './host-options.js'

/** What can be known of a host without starting it: its configuration, its modules and their order. */
export class HostDeclaration {
  readonly config: HostConfig
  readonly registry: ModuleRegistry
  /** The classes of the modules that run in this process or are moved out of it, by name. */
  readonly classes: ReadonlyMap<string, ModuleClass>
  /** Filled as the host constructs its modules; the registry's entries look here. */
  readonly instances: Map<string, object>
  /** The names that the configuration moves out of this process, in its order. */
  readonly moved: readonly string[]

  /**
   * Reads the configuration and builds the registry.
   *
   * @throws HostError `CONFIG_FILE_NOT_FOUND`, `CONFIG_INVALID`, `REGISTRY_INVALID` or `CORE_COPIES_INCOMPATIBLE`
   */
  constructor(options: HostOptions, classes: readonly ModuleClass[]) {
    assertCompatibleCopies(classes)
    this.config = loadConfig(options.config, { env: process.env, cwd: process.cwd() })
    this.config.adopt(definitionsOf(classes).map(({ name }) => name))
    const disabled = new Set(this.config.moduleNames.filter((name) => !this.config.isEnabled(name)))
    this.moved = this.config.moduleNames.filter(
      (name) => !disabled.has(name) && this.config.runtimeOf(name).type === 'oop',
    )
    this.instances = new Map()
    this.registry = buildRegistry(classes, { disabled, moved: this.moved, instances: this.instances })
    this.classes = new Map(classes.map((moduleClass) => [moduleDefinition(moduleClass)?.name ?? '', moduleClass]))
    this.config.check(
      definitionsOf(classes).map(({ name, config }) => ({ name, config: disabled.has(name) ? undefined : config })),
    )
  }
}

function definitionsOf(classes: readonly ModuleClass[]): readonly ModuleDefinition[] {
  return classes.map(moduleDefinition).filter((definition) => definition !== undefined)
}

/** Copies of one protocol work together; others would fail later, in ways that are hard to read. */
function assertCompatibleCopies(classes: readonly ModuleClass[]): void {
  const copies = new Map<string, CoreCopy>([[thisCopy.path, thisCopy]])
  for (const moduleClass of classes) {
    const writer = definitionWriter(moduleClass)
    if (writer) copies.set(writer.path, writer)
  }
  if ([...copies.values()].some(({ protocol }) => protocol !== thisCopy.protocol)) {
    throw new HostError('CORE_COPIES_INCOMPATIBLE', { copies: [...copies.values()] })
  }
}
