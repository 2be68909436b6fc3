import { ClientHub } from '../../client-hub/client-hub.js'
import type { MovedServices, RemoteClientsSlot } from '../../client-hub/remote-clients.js'
import { HostContainer } from '../../container/host-container.js'
import { ModuleContainer } from '../../container/module-container.js'
import { tokenOwners, type DeclaredClass } from '../../container/token-owners.js'
import { GrpcInstallerStore } from '../../context/grpc-installers.js'
import type { Degradation } from '../../context/host-status.js'
import type { Logger } from '../../context/logger.js'
import { ModuleCtx } from '../../context/module-ctx.js'
import { toError } from '../../errors/error-json.js'
import { LifecycleRunner } from '../../lifecycle/lifecycle-runner.js'
import { moduleDefinition, type ModuleDefinition } from '../../module/module-definition.js'
import type { ModuleBackend } from '../../out-of-process/backend.js'
import type { Supervisor } from '../../out-of-process/supervisor/supervisor.js'
import { ModuleManager } from '../../out-of-process/module-manager.js'
import { HostedModule, SettlingDatabaseSlot } from '../../phases/hosted-module.js'
import { ModuleSet } from '../../phases/module-set.js'
import type { ModuleEntry } from '../../registry/module-registry.js'
import type { Clock } from '../../time/clock.js'
import { HostAssembly } from './assembly.js'
import { databaseManager } from './database-manager.js'
import type { HostDeclaration } from '../declaration/host-declaration.js'
import type { HostOptions } from '../options/host-options.js'
import type { HostSeams } from '../options/host-seams.js'
import type { LiveHostStatus } from './host-status.js'
import { movedModules } from './moved-modules.js'
import { definitionIn, familyOf, isMovedProgram, servicesOf, clientProviders } from '../declaration/program-modules.js'
import { servedClients } from './served-clients.js'

/** What the host itself brings to an assembly. */
export interface AssemblySurroundings {
  readonly options: HostOptions
  readonly seams: HostSeams
  readonly declaration: HostDeclaration
  readonly clients: ClientHub
  readonly remoteClients: RemoteClientsSlot
  readonly logger: Logger
  readonly clock: Clock
  readonly instanceId: string
  /** The root signal. */
  readonly signal: AbortSignal
  /** How long a child may take to get ready. */
  readonly startDeadlineMs: number
  readonly status: LiveHostStatus
  /** Whether only databases are brought up to date: then those of moved modules of this program are, too. */
  readonly migrates: boolean
  /** Grows as optional modules and background tasks fail. */
  readonly degradations: Degradation[]
}

/**
 * Puts a host together: databases' manager, backends, and for every module its context and container. Constructs nothing.
 *
 * @throws HostError for what is wrong with the configuration of databases or moved modules, or with a provider
 */
export async function assemble(surroundings: AssemblySurroundings): Promise<HostAssembly> {
  const { options, seams, declaration, logger, clock } = surroundings
  const childrenTurn = new AbortController()
  const backends = options.backends ?? (await defaultBackends(surroundings, childrenTurn.signal))
  const family = familyOf(declaration)
  const moved = movedModules(declaration, { options, backends, family, isTest: seams.isTest ?? false })
  const moduleManager = new ModuleManager({ clock })
  const children = await supervisor(surroundings, moduleManager)
  const modules = new ModuleSet(hostedModules(surroundings))
  surroundings.remoteClients.know({
    byClient: clientProviders(declaration),
    failedModules: () => surroundings.degradations.map(({ module }) => module),
  })
  surroundings.remoteClients.expectElsewhere(declaration.child?.services ?? movedServices(declaration))
  // Last, because it is what has to be closed again: nothing after it can fail.
  const databases = await databaseManager(options, { config: declaration.config, logger, clock })
  return new HostAssembly({
    modules,
    definitionOf: (name) => definitionIn(declaration, name),
    clientsToServe: servedClients(declaration, surroundings.clients),
    isChild: declaration.child !== undefined,
    moved,
    children,
    databases,
    backends,
    childrenTurn,
    system: {
      instanceId: surroundings.instanceId,
      clock,
      moduleManager,
      registry: declaration.registry,
      grpcInstallers: new GrpcInstallerStore(),
      remoteClients: surroundings.remoteClients,
      family,
      status: surroundings.status,
    },
    clients: surroundings.clients,
    signal: surroundings.signal,
    degradations: surroundings.degradations,
    logger,
    clock,
  })
}

/** The services of the modules that run in processes of their own. */
function movedServices(declaration: HostDeclaration): MovedServices {
  const definitions = declaration.moved.map((name) => definitionIn(declaration, name))
  return definitions.includes(undefined) ? 'any' : new Set(definitions.flatMap(servicesOf))
}

/** Loaded only when a module is moved: most hosts have no children. */
async function defaultBackends(
  { declaration, logger, clock }: AssemblySurroundings,
  signal: AbortSignal,
): Promise<readonly ModuleBackend[]> {
  if (declaration.moved.length === 0) return []
  const { LocalProcessBackend } = await import('../../out-of-process/local-process-backend.js')
  return [new LocalProcessBackend({ signal, logger, clock })]
}

/** Looks after the children, where there will be some. */
async function supervisor(
  { declaration, signal, logger, clock, startDeadlineMs, degradations }: AssemblySurroundings,
  moduleManager: ModuleManager,
): Promise<Supervisor | undefined> {
  if (declaration.moved.length === 0) return undefined
  const { Supervisor } = await import('../../out-of-process/supervisor/supervisor.js')
  const { DirectoryReadiness } = await import('../../out-of-process/supervisor/directory-readiness.js')
  const readiness = new DirectoryReadiness(moduleManager)
  const onGivenUp = (module: string, reason: string): void => void degradations.push({ module, reason })
  return new Supervisor({ signal, logger, clock, startDeadlineMs, readiness, onGivenUp })
}

function hostedModules(surroundings: AssemblySurroundings): readonly HostedModule[] {
  const { declaration, clients, seams } = surroundings
  const host = new HostContainer([{ token: ClientHub, value: clients }], ModuleCtx)
  return declaration.registry.entries
    .filter((entry) => entry.placement === 'local' || (surroundings.migrates && hasDatabase(entry, declaration)))
    .map(({ name }) => {
      const moduleClass = declaration.classes.get(name)
      const definition = moduleDefinition(moduleClass)
      if (!moduleClass || !definition) throw new RangeError(`Module "${name}" has no class.`)
      const databaseSlot = new SettlingDatabaseSlot()
      const ctx = moduleContext(surroundings, name, databaseSlot)
      const container = new ModuleContainer(host, {
        module: name,
        moduleClass,
        providers: definition.providers,
        context: ctx,
        replacements: seams.replacements,
        ownersOf: (id) => tokenOwners(id, declaredClasses(declaration)),
      })
      const onConstructed = (instance: object): LifecycleRunner | undefined => {
        declaration.instances.set(name, instance)
        return lifecycleRunner(instance, definition, surroundings)
      }
      return new HostedModule({ definition, ctx, databaseSlot, container, onConstructed })
    })
}

function declaredClasses({ classes }: HostDeclaration): readonly DeclaredClass[] {
  return [...classes.values()].flatMap((moduleClass) => {
    const definition = moduleDefinition(moduleClass)
    return definition ? [{ moduleClass, definition }] : []
  })
}

/** Where a module runs does not change whose its tables are. */
function hasDatabase({ name, capabilities }: ModuleEntry, declaration: HostDeclaration): boolean {
  return capabilities.includes('db') && isMovedProgram(declaration, name)
}

function moduleContext(
  surroundings: AssemblySurroundings,
  moduleName: string,
  databaseSlot: SettlingDatabaseSlot,
): ModuleCtx {
  const { declaration, clients, clock, logger, signal, instanceId } = surroundings
  return new ModuleCtx({
    moduleName,
    instanceId,
    signal,
    clients,
    clock,
    hostLogger: logger,
    settings: declaration.config.settings(moduleName),
    databaseSlot,
  })
}

function lifecycleRunner(
  instance: object,
  { name, lifecycle }: ModuleDefinition,
  { clock, logger, degradations }: AssemblySurroundings,
): LifecycleRunner | undefined {
  if (!lifecycle) return undefined
  // The registry has checked that the entry is a method.
  const entries = instance as Readonly<Record<string, (signal: AbortSignal, ready: () => void) => unknown>>
  return new LifecycleRunner({
    name,
    run: (signal, ready) => entries[lifecycle.entry]?.(signal, ready),
    stopTimeoutMs: lifecycle.stopTimeoutMs,
    awaitReady: lifecycle.awaitReady,
    clock,
    logger,
    onFailure: (error) => void degradations.push({ module: name, reason: toError(error).message }),
  })
}
