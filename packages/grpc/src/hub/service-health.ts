import { createRequire } from 'node:module'
import type { sendUnaryData, ServerUnaryCall, ServerWritableStream, UntypedServiceImplementation } from '@grpc/grpc-js'
import type { Clock, ClockTimer, GrpcServiceRegistration, HostStatus } from '@modkit/core'
import { ModuleHealthCache, type ModuleGrpcServices } from '@modkit/core/spi'
import type * as HealthCheck from 'grpc-health-check'
import { servicesOf } from './own-services.js'

/** How often is looked while somebody watches; what modules say is as old at most. */
const LOOK_MS = 1_000
/** How long modules may take to say how they are. */
const HEALTH_TIMEOUT_MS = 2_000

const SERVICE = 'grpc.health.v1.Health'

/** Stands for the host as a whole. */
const WHOLE = ''

export interface ServiceHealthOptions {
  readonly status: HostStatus
  readonly clock: Clock
  readonly services: readonly ModuleGrpcServices[]
  /** Aborts when the host begins to stop. */
  readonly stopping: AbortSignal
}

type Watch = ServerWritableStream<unknown, unknown>
type Watching = (call: Watch) => void

/**
 * `grpc.health.v1.Health`: whether the host serves, and whether each of its services does.
 *
 * A service is SERVING while the host runs and its module is neither given up nor `down` by its own word. Who asks is told what is
 * true now; who watches, at once when the host stops, and within a second of anything else.
 */
export class ServiceHealth {
  readonly registration: GrpcServiceRegistration
  readonly #options: ServiceHealthOptions
  readonly #modules: ModuleHealthCache
  readonly #library: HealthCheck.HealthImplementation
  readonly #told = new Map<string, HealthCheck.ServingStatus>()
  #watchers = 0
  #timer: ClockTimer | undefined

  constructor(options: ServiceHealthOptions) {
    this.#options = options
    this.#modules = new ModuleHealthCache({ ...options, cacheMs: LOOK_MS, timeoutMs: HEALTH_TIMEOUT_MS })
    // Importing it reads a proto file, which a hub without health has no use for.
    const { HealthImplementation } = createRequire(import.meta.url)('grpc-health-check') as typeof HealthCheck
    this.#library = new HealthImplementation()
    this.registration = this.#register()
    this.#tell(new Set())
    options.stopping.addEventListener('abort', () => this.#tell(new Set()), { once: true })
  }

  #register(): GrpcServiceRegistration {
    const [added] = servicesOf(this.#library)
    if (added === undefined) throw new TypeError('grpc-health-check offers no service.')
    const { check, list, watch } = added.implementation
    // The hub takes promises from handlers, which the types of grpc-js do not see.
    const implementation = {
      check: this.#afterLook(check as Answer),
      list: this.#afterLook(list as Answer),
      watch: (call: Watch) => this.#watch(call, watch as Watching),
    } as Record<string, unknown> as UntypedServiceImplementation
    return { serviceName: SERVICE, definition: added.definition, implementation }
  }

  #afterLook(answer: Answer): Answer {
    return async (call, callback) => {
      await this.#look()
      // The guard of the hub takes what an answer fails with.
      await answer(call, callback)
    }
  }

  async #watch(call: Watch, watch: Watching): Promise<void> {
    await this.#look()
    if (call.cancelled) return
    watch(call)
    this.#watchers++
    call.once('cancelled', () => this.#unwatch())
    this.#timer ??= this.#schedule()
  }

  #unwatch(): void {
    if (--this.#watchers > 0) return
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #schedule(): ClockTimer {
    const again = (): void => {
      if (this.#watchers > 0) this.#timer = this.#schedule()
    }
    return this.#options.clock.after(LOOK_MS, () => void this.#look().then(again), { keepAlive: false })
  }

  async #look(): Promise<void> {
    // Modules that are not running yet, or no more, have nothing to say that would change the answer.
    const modules = this.#options.status.ready ? await this.#modules.statuses() : []
    this.#tell(new Set(modules.filter(({ status }) => status === 'down').map(({ module }) => module)))
  }

  #tell(down: ReadonlySet<string>): void {
    const { status, services, stopping } = this.#options
    const isOpen = status.ready && !stopping.aborted
    this.#set(WHOLE, isOpen && down.size === 0)
    for (const { module, available, services: offered } of services) {
      const serves = isOpen && available && !down.has(module)
      for (const { serviceName } of offered) this.#set(serviceName, serves)
    }
  }

  /** Who watches is told of changes alone. */
  #set(service: string, serves: boolean): void {
    const status = serves ? 'SERVING' : 'NOT_SERVING'
    if (this.#told.get(service) === status) return
    this.#told.set(service, status)
    this.#library.setStatus(service, status)
  }
}

type Answer = (call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>) => void | Promise<void>
