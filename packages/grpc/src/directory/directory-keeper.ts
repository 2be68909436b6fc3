import type { Clock, ClockTimer, Logger } from '@modkit/core'
import type { InstanceIdentity, ModuleInstance, ModuleManager } from '@modkit/core/spi'

/** An instance of this very process: alive as long as the process is, but its module may fail. */
export interface InProcessInstance extends InstanceIdentity {
  readonly services: Readonly<Record<string, string>>
  readonly pid: number
  readonly startedAt: number
  /** Whether its module serves. */
  readonly isAvailable: () => boolean
}

export interface DirectoryKeeperOptions {
  readonly manager: ModuleManager
  readonly clock: Clock
  readonly logger: Logger
}

/** How often the directory looks who has been silent. */
const PASS_INTERVAL_MS = 1_000

/** A pass that comes later than this says that the process stood still, not that others were silent. */
const STANDSTILL_MS = 3 * PASS_INTERVAL_MS

/** Keeps the directory of a host true: knows the modules of the process, and gives up on instances that fell silent. */
export class DirectoryKeeper {
  readonly #manager: ModuleManager
  readonly #clock: Clock
  readonly #logger: Logger
  #own: readonly InProcessInstance[] = []
  #timer: ClockTimer | undefined
  #lastPassMs = 0
  /** Nobody is given up on before. */
  #patientUntilMs = 0

  constructor({ manager, clock, logger }: DirectoryKeeperOptions) {
    this.#manager = manager
    this.#clock = clock
    this.#logger = logger
  }

  /** The modules of this process can be found from here on. */
  open(own: readonly InProcessInstance[]): void {
    this.#own = own
    for (const instance of own) this.#register(instance)
    this.#lastPassMs = this.#clock.monotonic()
    this.#schedule()
  }

  /** They cannot be found any more, and nobody is given up on. */
  close(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    for (const { module, instanceId } of this.#own) this.#manager.deregister(module, instanceId)
    this.#own = []
  }

  #register({ isAvailable, ...registration }: InProcessInstance): void {
    if (!isAvailable()) return
    this.#manager.registerInstance({ ...registration, owner: 'host' })
    this.#manager.markReady(registration.module, registration.instanceId)
  }

  #schedule(): void {
    this.#timer = this.#clock.after(PASS_INTERVAL_MS, () => this.#pass(), { keepAlive: false })
  }

  #pass(): void {
    this.#schedule()
    const nowMs = this.#clock.monotonic()
    const stoodStill = nowMs - this.#lastPassMs > STANDSTILL_MS
    this.#lastPassMs = nowMs
    this.#affirmOwn()
    // Heartbeats that came meanwhile wait to be read, and those who sent them may have stood still, too.
    if (stoodStill) this.#patientUntilMs = nowMs + this.#manager.ttlMs
    if (nowMs >= this.#patientUntilMs) this.#evict()
  }

  #affirmOwn(): void {
    for (const { module, instanceId, isAvailable } of this.#own) {
      if (isAvailable()) this.#manager.updateHeartbeat(module, instanceId, this.#manager.now())
      else this.#manager.deregister(module, instanceId)
    }
  }

  #evict(): void {
    const { quarantined, removed } = this.#manager.evictStale(this.#manager.now())
    for (const instance of quarantined) {
      this.#logger.warn('Instance is silent, nobody is sent there any more', identityFields(instance))
    }
    for (const instance of removed) {
      this.#logger.warn('Instance has been silent for too long and is forgotten', identityFields(instance))
    }
  }
}

function identityFields({ module, instanceId }: ModuleInstance): { module: string; instance_id: string } {
  return { module, instance_id: instanceId }
}
