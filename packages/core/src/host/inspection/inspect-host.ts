import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ClientHub } from '../../client-hub/client-hub.js'
import { RemoteClientsSlot } from '../../client-hub/remote-clients.js'
import type { ConfigDump } from '../../config/dump/dump-config.js'
import { withSchemaDefaults } from '../../config/dump/schema-defaults.js'
import { silentLogger } from '../../context/logger.js'
import { toError } from '../../errors/error-json.js'
import { HostError } from '../../errors/host-error.js'
import { stackOfDeclaration } from '../../module/declaration-places.js'
import { moduleDefinition, type ModuleDefinition } from '../../module/module-definition.js'
import type { ModuleClass } from '../../module/module-class.js'
import { systemClock } from '../../time/clock.js'
import { settleWithin } from '../../time/deadline.js'
import { assemble } from '../assembly/assemble.js'
import type { HostAssembly } from '../assembly/assembly.js'
import { assertHostsPresent } from '../assembly/boot-checks.js'
import { effectiveDump } from './effective-dump.js'
import { findModules } from '../declaration/find-modules.js'
import { HostDeclaration } from '../declaration/host-declaration.js'
import type { HostInspection, InspectedModule, InspectedProblem } from './host-inspection.js'
import type { HostOptions } from '../options/host-options.js'
import { parseHostLimits } from '../options/host-limits.js'
import { LiveHostStatus } from '../assembly/host-status.js'
import { inspectedProblems, isFoundByLooking } from './inspected-problems.js'
import { inspectRoutes, type InspectedRoutes } from './inspected-routes.js'
import { unavailableClient } from '../assembly/unavailable-client.js'
import { isMovedProgram } from '../declaration/program-modules.js'

/** No program that is only looked at takes longer to find its modules or to be put together. */
const STEP_MS = 30_000

/**
 * What is known of a host without starting it: its modules are imported and constructed, and asked for their routes. No
 * other hook is called, nothing is opened, nobody listens. Never rejects: what is wrong is the result.
 */
export async function inspectHost(options: HostOptions): Promise<HostInspection> {
  const inspection = new Inspection(options)
  await inspection.run()
  return inspection.result()
}

/** A host that is put together and will not be started: the clients that its modules would register only reject. */
export async function assembleUnstarted(
  options: HostOptions,
  declaration: HostDeclaration,
  { migrates = false } = {},
): Promise<HostAssembly> {
  const remoteClients = new RemoteClientsSlot()
  const clients = new ClientHub(remoteClients)
  for (const [name, moduleClass] of declaration.classes) {
    for (const key of moduleDefinition(moduleClass)?.provides ?? [])
      clients.register(key, unavailableClient(key.name, name))
  }
  for (const { key, implementation } of options.clients ?? []) clients.register(key, implementation)
  const clock = options.clock ?? systemClock
  const status = new LiveHostStatus({
    clock,
    declaration: () => declaration,
    children: () => [],
    state: () => 'idle',
    degradations: [],
  })
  const work = assemble({
    options,
    declaration,
    clients,
    remoteClients,
    clock,
    status,
    seams: {},
    logger: silentLogger,
    signal: new AbortController().signal,
    degradations: [],
    migrates,
    instanceId: options.instanceId ?? 'inspected',
    startDeadlineMs: STEP_MS,
  })
  return inTime('Putting the host together', work)
}

/** The modules of a host, listed or scanned, within a time. */
export function findModulesInTime(options: HostOptions): Promise<readonly ModuleClass[]> {
  return inTime('Finding the modules', findModules(options))
}

async function inTime<T>(operation: string, work: Promise<T>): Promise<T> {
  const outcome = await settleWithin(work, { operation, clock: systemClock, afterMs: STEP_MS })
  if (outcome.kind === 'done') return outcome.value
  throw outcome.error
}

class Inspection {
  readonly #options: HostOptions
  readonly #problems: InspectedProblem[] = []
  readonly #warnings: InspectedProblem[] = []
  readonly #doubts: InspectedProblem[] = []
  #classes: readonly ModuleClass[] = []
  #declaration: HostDeclaration | undefined
  #dump: ConfigDump | undefined
  #routes: InspectedRoutes['routes'] = []

  constructor(options: HostOptions) {
    this.#options = options
  }

  async run(): Promise<void> {
    this.#attempt(() => parseHostLimits(this.#options))
    const classes = await this.#attemptLater(() => findModulesInTime(this.#options))
    if (!classes) return
    this.#classes = classes
    this.#declaration = this.#attempt(() => new HostDeclaration(this.#options, classes))
    // Where only the configuration is wrong, the rest can be looked at all the same.
    const declaration = this.#declaration ?? this.#withoutConfig()
    if (!declaration) return
    this.#attempt(() => assertHostsPresent(declaration.registry))
    const { config } = declaration
    // A missing package of databases is a problem of the host, which is told once it is put together.
    this.#dump = await effectiveDump(config).catch(() => config.dump())
    await this.#lookInside(declaration)
  }

  result(): HostInspection {
    const declaration = this.#declaration
    return {
      problems: this.#problems,
      warnings: this.#warnings,
      doubts: this.#doubts,
      modules: declaration ? inspectedModules(declaration) : [],
      routes: this.#routes,
      declarations: declarationStacks(this.#classes),
      config: declaration && this.#dump && withSchemaDefaults(this.#dump, declaredModules(declaration)),
    }
  }

  async #lookInside(declaration: HostDeclaration): Promise<void> {
    const options = this.#declaration ? this.#options : { ...this.#options, database: 'none' as const }
    const assembly = await this.#attemptLater(() => assembleUnstarted(options, declaration))
    if (!assembly) return
    if (this.#declaration) {
      for (const module of withoutDatabase(declaration, assembly))
        this.#report(this.#warnings, new HostError('DB_NOT_CONFIGURED', { module }), module)
    }
    for (const { name, construct } of constructions(assembly)) {
      // A module that reads a configuration which is wrong fails for that reason, and that has been said.
      if (this.#declaration) this.#attempt(construct, name)
      else attempt(construct)
    }
    const { routes, failures } = inspectRoutes(assembly)
    this.#routes = routes
    for (const { module, error } of failures) {
      const isSure = isFoundByLooking(error)
      if (isSure || this.#declaration) this.#report(isSure ? this.#problems : this.#doubts, error, module)
    }
  }

  /** The registry alone: what is wrong with it is told together with what is wrong with the configuration. */
  #withoutConfig(): HostDeclaration | undefined {
    const options = { ...this.#options, config: { moduleConfig: () => undefined } }
    const known = this.#problems.map(({ error }) => error.message)
    try {
      return new HostDeclaration(options, this.#classes, { holdsConfig: false })
    } catch (error) {
      if (!HostError.is(error)) throw toError(error)
      this.#problems.push(...inspectedProblems(error).filter((problem) => !known.includes(problem.error.message)))
      return undefined
    }
  }

  #attempt<T>(work: () => T, module?: string): T | undefined {
    try {
      return work()
    } catch (error) {
      this.#report(this.#problems, error, module)
      return undefined
    }
  }

  async #attemptLater<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      this.#report(this.#problems, error)
      return undefined
    }
  }

  #report(to: InspectedProblem[], error: unknown, module?: string): void {
    to.push(...inspectedProblems(error, module))
  }
}

function attempt(work: () => unknown): void {
  try {
    work()
  } catch {
    // What it would say follows from what was reported before.
  }
}

/** The modules that have migrations and no database to run them on, here or in their own processes. */
function withoutDatabase(declaration: HostDeclaration, { databases }: HostAssembly): readonly string[] {
  return declaration.registry.entries
    .filter(({ name, placement }) => placement === 'local' || isMovedProgram(declaration, name))
    .filter(({ name, capabilities }) => capabilities.includes('db') && databases?.isConfigured(name) !== true)
    .map(({ name }) => name)
}

function declarationStacks(classes: readonly ModuleClass[]): Readonly<Record<string, string>> {
  const stacks = classes.flatMap((moduleClass): [string, string][] => {
    const [name, stack] = [moduleDefinition(moduleClass)?.name, stackOfDeclaration(moduleClass)]
    return name === undefined || stack === undefined ? [] : [[name, stack]]
  })
  return Object.fromEntries(stacks)
}

function constructions({ modules }: HostAssembly): readonly { name: string; construct: () => unknown }[] {
  return modules.topological.map((module) => ({ name: module.name, construct: () => module.construct() }))
}

function definitions({ registry, classes }: HostDeclaration): readonly (ModuleDefinition | undefined)[] {
  return registry.entries.map(({ name }) => moduleDefinition(classes.get(name)))
}

function declaredModules(
  declaration: HostDeclaration,
): readonly { readonly name: string; readonly config: StandardSchemaV1 | undefined }[] {
  return definitions(declaration).filter((definition) => definition !== undefined)
}

function inspectedModules({ registry, classes }: HostDeclaration): readonly InspectedModule[] {
  return registry.entries.map(({ name, deps, capabilities, placement }) => {
    const definition = moduleDefinition(classes.get(name))
    const isOptional = new Map(definition?.deps.map(({ target, optional }) => [nameOf(target), optional]))
    return {
      name,
      deps,
      capabilities,
      placement,
      optionalDeps: deps.filter((dep) => isOptional.get(dep) === true),
      optional: definition?.optional ?? false,
      provides: definition?.provides.map((key) => key.name) ?? [],
    }
  })
}

function nameOf(target: string | ModuleClass): string | undefined {
  return typeof target === 'string' ? target : moduleDefinition(target)?.name
}
