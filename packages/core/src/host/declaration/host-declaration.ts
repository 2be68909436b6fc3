import { HostError } from '../../errors/host-error.js'
import { messageOf } from '../../errors/error-json.js'
import { nearest } from '../../errors/nearest.js'
import type { MovedServices } from '../../client-hub/remote-clients.js'
import type { Family } from '../../config/children/child-program.js'
import { loadRenderedConfig, type RenderedConfig } from '../../config/rendered-config.js'
import type { ChildRole } from '../../out-of-process/child-role.js'
import type { HostConfig } from '../../config/host-config.js'
import type { DeclaredModule } from '../../config/modules/declared-module.js'
import { loadConfig } from '../../config/load-config.js'
import { definitionWriter, moduleDefinition, type ModuleDefinition } from '../../module/module-definition.js'
import type { ModuleClass } from '../../module/module-class.js'
import { thisCopy, type CoreCopy } from '../../module/core-copy.js'
import { buildRegistry } from '../../registry/build-registry.js'
import { registryError, type ModuleRegistry } from '../../registry/module-registry.js'
import type { HostOptions } from '../options/host-options.js'

export interface DeclarationOptions {
  /** False where the configuration is known to be wrong, and the modules are looked at all the same. Default true. */
  readonly holdsConfig?: boolean
  /** Set in a child, which runs one module of the program. */
  readonly role?: ChildRole | undefined
}

/** What a child is of the program. */
export interface ChildPart {
  readonly module: string
  readonly services: MovedServices
  readonly family: Family | undefined
}

/** What can be known of a host without starting it: its configuration, its modules and their order. */
export class HostDeclaration {
  readonly config: HostConfig
  readonly registry: ModuleRegistry
  /** The classes of the modules that run in this process or are moved out of it, by name. */
  readonly classes: ReadonlyMap<string, ModuleClass>
  /** What all modules of the program declare, also those that are disabled or, in a child, not its own. */
  readonly declared: readonly ModuleDefinition[]
  /** Filled as the host constructs its modules; the registry's entries look here. */
  readonly instances: Map<string, object>
  /** The names that the configuration moves out of this process, in its order. */
  readonly moved: readonly string[]
  /** In a host's child: the module that it runs, and the services that there are in other processes. */
  readonly child: ChildPart | undefined

  /**
   * Reads the configuration and builds the registry.
   *
   * @throws HostError `CONFIG_FILE_NOT_FOUND`, `CONFIG_INVALID`, `REGISTRY_INVALID`, `CORE_COPIES_INCOMPATIBLE` or, in a child,
   * `OOP_MODULE_UNKNOWN`; where both the modules and their configuration are wrong, `REGISTRY_INVALID` with the problems of both
   * @param declared the modules of the program
   */
  constructor(
    options: HostOptions,
    declared: readonly ModuleClass[],
    { holdsConfig = true, role }: DeclarationOptions = {},
  ) {
    assertCompatibleCopies(declared)
    this.declared = definitionsOf(declared)
    const part = role && partOf(declared, role)
    const classes = part?.classes ?? declared
    const definitions = definitionsOf(classes)
    const rendered = role && part && readRendered(role, part.hub)
    this.child = role && rendered && { module: role.module, services: rendered.services, family: rendered.family }
    this.config = rendered?.config ?? readConfig(options, definitions)
    this.config.adopt(definitions.map(({ name }) => name))
    const disabled = new Set(this.config.moduleNames.filter((name) => !this.config.isEnabled(name)))
    this.moved = this.config.moduleNames.filter(
      (name) => !disabled.has(name) && this.config.runtimeOf(name).type === 'oop',
    )
    this.instances = new Map()
    this.classes = new Map(classes.map((moduleClass) => [moduleDefinition(moduleClass)?.name ?? '', moduleClass]))
    const { config, moved, instances } = this
    this.registry = buildAndCheck(
      () => buildRegistry(classes, { disabled, moved, instances, isPart: role !== undefined }),
      () => holdsConfig && config.check(configured(definitions, disabled)),
    )
  }
}

/** The module that a child runs, and the hub by which it is called. */
function partOf(declared: readonly ModuleClass[], { module }: ChildRole) {
  const definitions = definitionsOf(declared)
  const own = declared.filter((moduleClass) => moduleDefinition(moduleClass)?.name === module)
  if (own.length === 0) {
    const known = definitions.map(({ name }) => name)
    throw new HostError('OOP_MODULE_UNKNOWN', { module, known, suggestions: nearest(module, known) })
  }
  const isHub = ({ capabilities }: ModuleDefinition): boolean => capabilities.includes('grpc_hub')
  const hub = definitions.find(isHub)?.name
  const hubs = declared.filter((moduleClass) => moduleDefinition(moduleClass)?.name === hub)
  return { classes: [...own, ...hubs], hub }
}

/** @throws HostError `OOP_CONFIG_UNREADABLE`, `CONFIG_INVALID` */
function readRendered(role: ChildRole, hub: string | undefined): RenderedConfig {
  const { module } = role
  let text: string | undefined
  try {
    text = role.configText()
  } catch (error) {
    throw new HostError('OOP_CONFIG_UNREADABLE', { module, reason: messageOf(error) }, { cause: error })
  }
  const surroundings = { env: process.env, cwd: process.cwd() }
  return loadRenderedConfig(text ?? '{}', { module, hub }, surroundings)
}

/** A configuration whose own sections are wrong is held against the modules too before it is refused. */
function readConfig({ config }: HostOptions, definitions: readonly ModuleDefinition[]): HostConfig {
  const surroundings = { env: process.env, cwd: process.cwd() }
  try {
    return loadConfig(config, surroundings)
  } catch (error) {
    if (!HostError.is(error, 'CONFIG_INVALID')) throw error
    return loadConfig(config, surroundings, definitions)
  }
}

function configured(
  definitions: readonly ModuleDefinition[],
  disabled: ReadonlySet<string>,
): readonly DeclaredModule[] {
  if (disabled.size === 0) return definitions
  return definitions.map(({ name, config }) => ({ name, config: disabled.has(name) ? undefined : config }))
}

/** When both fail, the problems of both come as one error, so that they are mended in one go. */
function buildAndCheck(build: () => ModuleRegistry, check: () => unknown): ModuleRegistry {
  let registry: ModuleRegistry
  try {
    registry = build()
  } catch (error) {
    throw withProblemsOf(check, error)
  }
  check()
  return registry
}

function withProblemsOf(check: () => unknown, error: unknown): unknown {
  try {
    check()
    return error
  } catch (other) {
    const ofRegistry = HostError.find(error, 'REGISTRY_INVALID')
    const ofConfig = HostError.find(other, 'CONFIG_INVALID')
    // Anything else is no problem of theirs, but a fault of ours.
    if (!ofRegistry || !ofConfig) return error
    return registryError([...ofRegistry.details.problems, ...ofConfig.details.problems])
  }
}

function definitionsOf(classes: readonly ModuleClass[]): readonly ModuleDefinition[] {
  return [...new Set(classes)].map(moduleDefinition).filter((definition) => definition !== undefined)
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
