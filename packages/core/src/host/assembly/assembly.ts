import type { DatabaseManager, MigrationResult } from '../../capabilities/database.js'
import type { ClientHub } from '../../client-hub/client-hub.js'
import type { Degradation } from '../../context/host-status.js'
import type { ServedClient } from '../../context/grpc-installers.js'
import type { Logger } from '../../context/logger.js'
import type { SystemContext } from '../../context/system-context.js'
import { messageOf } from '../../errors/error-json.js'
import type { HostError } from '../../errors/host-error.js'
import type { ModuleDefinition } from '../../module/module-definition.js'
import type { ModuleBackend } from '../../out-of-process/backend.js'
import type { MovedModule } from '../../out-of-process/moved-module.js'
import type { Supervisor } from '../../out-of-process/supervisor/supervisor.js'
import type { HostedModule } from '../../phases/hosted-module.js'
import type { ModuleSet } from '../../phases/module-set.js'
import type { PhaseHost } from '../../phases/phase.js'
import { StartedModules } from '../../phases/started-modules.js'
import type { Clock } from '../../time/clock.js'
import { OptionalClients } from './optional-clients.js'

/** What a {@link HostAssembly} is made of. */
export interface HostAssemblyParts extends Pick<
  PhaseHost,
  'modules' | 'moved' | 'children' | 'system' | 'databases' | 'signal' | 'logger' | 'clock'
> {
  /** What is declared of a module, wherever it runs. */
  readonly definitionOf: (module: string) => ModuleDefinition | undefined
  /** The clients of a module that processes of this same program call from elsewhere. */
  readonly clientsToServe: (module: string) => readonly ServedClient[]
  /** Whether this process runs one module for a host: then it is nothing without it. */
  readonly isChild: boolean
  readonly clients: ClientHub
  readonly degradations: Degradation[]
  readonly backends: readonly ModuleBackend[]
  /** Aborts when it is the children's turn to end. */
  readonly childrenTurn: AbortController
}

/** A host put together: its modules, what they share, and what has become of them so far. */
export class HostAssembly implements PhaseHost {
  readonly modules: ModuleSet
  readonly moved: readonly MovedModule[]
  readonly children: Supervisor | undefined
  readonly system: SystemContext
  readonly databases: DatabaseManager | undefined
  readonly signal: AbortSignal
  readonly logger: Logger
  readonly clock: Clock
  readonly migrations: MigrationResult[] = []
  readonly started = new StartedModules()
  readonly #optionalClients: OptionalClients
  readonly #clientsToServe: HostAssemblyParts['clientsToServe']
  readonly #isChild: boolean
  readonly #definitionOf: HostAssemblyParts['definitionOf']
  readonly #degradations: Degradation[]
  readonly #backends: readonly ModuleBackend[]
  readonly #childrenTurn: AbortController
  readonly #failures = new Map<string, HostError>()

  constructor(parts: HostAssemblyParts) {
    this.modules = parts.modules
    this.moved = parts.moved
    this.children = parts.children
    this.system = parts.system
    this.databases = parts.databases
    this.signal = parts.signal
    this.logger = parts.logger
    this.clock = parts.clock
    this.#optionalClients = new OptionalClients(parts.clients)
    this.#clientsToServe = parts.clientsToServe
    this.#isChild = parts.isChild
    this.#definitionOf = parts.definitionOf
    this.#degradations = parts.degradations
    this.#backends = parts.backends
    this.#childrenTurn = parts.childrenTurn
  }

  isOptional(module: string): boolean {
    return !this.#isChild && this.#definitionOf(module)?.optional === true
  }

  clientsToServe({ name }: HostedModule): readonly ServedClient[] {
    return this.#clientsToServe(name)
  }

  failureOf(module: string): HostError | undefined {
    return this.#failures.get(module)
  }

  markStarted(module: HostedModule): void {
    this.started.add(module)
  }

  /** An optional module failed: the host goes on without it, and whoever calls its clients is told. */
  giveUp(module: string, error: HostError): void {
    this.logger.error('Optional module failed; the host goes on without it', { module, error })
    this.#failures.set(module, error)
    this.#degradations.push({ module, reason: messageOf(error.cause ?? error) })
    this.withdrawClients(module)
  }

  offerClients({ definition }: HostedModule): void {
    if (definition.optional) this.#optionalClients.offer(definition)
  }

  withdrawClients(module: string): void {
    const definition = this.#definitionOf(module)
    if (definition) this.#optionalClients.withdraw(definition)
  }

  /** Whether a spawn that was given up may still bring a child. */
  get mayHaveChildren(): boolean {
    return this.moved.length > 0
  }

  /** Ends every child of every backend; one promise for each backend. */
  stopChildren(): readonly Promise<void>[] {
    this.children?.drain()
    this.#childrenTurn.abort()
    return this.#backends.map(async (backend) => {
      await backend.shutdownAll()
      this.children?.markGone(backend)
    })
  }
}
