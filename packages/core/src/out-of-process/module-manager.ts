import { systemClock, type Clock } from '../time/clock.js'
import type { InstanceRegistration, InstanceState, ModuleInstance, ServiceEndpoint } from './module-instance.js'
import { Rotation } from './rotation.js'

export interface ModuleManagerOptions {
  /** How long an instance may be silent before it is quarantined. Default 15,000 ms. */
  readonly ttlMs?: number
  /** How much longer it stays known then. Default 30,000 ms. */
  readonly graceMs?: number
  /** Says when an instance registered, where the caller does not. */
  readonly clock?: Clock
}

/** What {@link ModuleManager.evictStale} changed. */
export interface Eviction {
  readonly quarantined: readonly ModuleInstance[]
  readonly removed: readonly ModuleInstance[]
}

/** One instance for as long as it is known; keeps its turn in every rotation when it registers anew. */
interface InstanceRecord {
  registration: InstanceRegistration
  state: InstanceState
  lastHeartbeatMs: number
}

const defaults = { ttlMs: 15_000, graceMs: 30_000 } as const

/**
 * Which instances of which modules there are, what they offer, and whether they are alive.
 *
 * Times are milliseconds of the host's clock. An instance that the manager does not know changes nothing; the methods say
 * so by returning false.
 */
export class ModuleManager {
  readonly #ttlMs: number
  readonly #graceMs: number
  readonly #clock: Clock
  readonly #modules = new Map<string, Map<string, InstanceRecord>>()
  readonly #moduleRotations = new Map<string, Rotation<InstanceRecord>>()
  readonly #serviceRotations = new Map<string, Rotation<InstanceRecord>>()

  constructor(options: ModuleManagerOptions = {}) {
    this.#ttlMs = options.ttlMs ?? defaults.ttlMs
    this.#graceMs = options.graceMs ?? defaults.graceMs
    this.#clock = options.clock ?? systemClock
  }

  /**
   * Makes an instance known, in the state `registered`. One that registers again replaces what it said before; where it
   * was `ready` or `healthy` it stays so, and can be picked without a pause.
   */
  registerInstance(registration: InstanceRegistration, now: number = this.#clock.now()): void {
    const { module, instanceId } = registration
    const said = Object.freeze({ ...registration, services: Object.freeze({ ...registration.services }) })
    const known = this.#find(module, instanceId)
    if (known) {
      known.registration = said
      known.lastHeartbeatMs = now
      if (!isServing(known)) known.state = 'registered'
      return
    }
    const instances = this.#modules.get(module) ?? new Map<string, InstanceRecord>()
    instances.set(instanceId, { registration: said, state: 'registered', lastHeartbeatMs: now })
    this.#modules.set(module, instances)
  }

  /** Notes that an instance is alive. One that is `registered` or `quarantined` becomes `healthy`. */
  updateHeartbeat(module: string, instanceId: string, now: number): boolean {
    const instance = this.#find(module, instanceId)
    if (!instance) return false
    instance.lastHeartbeatMs = now
    if (instance.state === 'registered' || instance.state === 'quarantined') instance.state = 'healthy'
    return true
  }

  /** The instance says itself that it serves. */
  markReady(module: string, instanceId: string): boolean {
    return this.#mark(module, instanceId, 'ready')
  }

  /** Nobody is sent there until its next heartbeat. */
  markQuarantined(module: string, instanceId: string): boolean {
    return this.#mark(module, instanceId, 'quarantined')
  }

  /** Nobody is sent there any more, whatever it says. */
  markDraining(module: string, instanceId: string): boolean {
    return this.#mark(module, instanceId, 'draining')
  }

  /** Forgets an instance. */
  deregister(module: string, instanceId: string): boolean {
    const instances = this.#modules.get(module)
    const removed = instances?.delete(instanceId) ?? false
    if (instances?.size === 0) {
      this.#modules.delete(module)
      this.#moduleRotations.delete(module)
    }
    return removed
  }

  /** The instances of a module, whatever their state, in the order in which they first registered. */
  instancesOf(module: string): readonly ModuleInstance[] {
    return [...(this.#modules.get(module)?.values() ?? [])].map(snapshot)
  }

  allInstances(): readonly ModuleInstance[] {
    return this.#records().map(snapshot)
  }

  /**
   * Quarantines instances that have been silent for the TTL, and removes those that were quarantined or draining before
   * and have been silent for TTL and grace together.
   */
  evictStale(now: number): Eviction {
    const quarantined: ModuleInstance[] = []
    const removed: ModuleInstance[] = []
    for (const instance of this.#records()) {
      const silentMs = now - instance.lastHeartbeatMs
      const leaving = instance.state === 'quarantined' || instance.state === 'draining'
      if (leaving && silentMs >= this.#ttlMs + this.#graceMs) {
        removed.push(snapshot(instance))
        this.deregister(instance.registration.module, instance.registration.instanceId)
      } else if (!leaving && silentMs >= this.#ttlMs) {
        instance.state = 'quarantined'
        quarantined.push(snapshot(instance))
      }
    }
    return { quarantined, removed }
  }

  /** An instance of the module that is `ready` or `healthy`, each in turn; `undefined` where there is none. */
  pickInstance(module: string): ModuleInstance | undefined {
    const candidates = [...(this.#modules.get(module)?.values() ?? [])].filter(isServing)
    const chosen = nextOf(this.#moduleRotations, module, candidates)
    return chosen && snapshot(chosen)
  }

  /** A `ready` or `healthy` instance of any module that offers the service, each in turn; `undefined` where there is none. */
  pickService(serviceName: string): ServiceEndpoint | undefined {
    const offers = (instance: InstanceRecord): boolean => Object.hasOwn(instance.registration.services, serviceName)
    const chosen = nextOf(
      this.#serviceRotations,
      serviceName,
      this.#records().filter((instance) => isServing(instance) && offers(instance)),
    )
    if (!chosen) return undefined
    const { module, instanceId, services } = chosen.registration
    return { module, instanceId, endpoint: services[serviceName] ?? '' }
  }

  #mark(module: string, instanceId: string, state: InstanceState): boolean {
    const instance = this.#find(module, instanceId)
    if (instance) instance.state = state
    return instance !== undefined
  }

  #find(module: string, instanceId: string): InstanceRecord | undefined {
    return this.#modules.get(module)?.get(instanceId)
  }

  #records(): InstanceRecord[] {
    return [...this.#modules.values()].flatMap((instances) => [...instances.values()])
  }
}

function isServing({ state }: InstanceRecord): boolean {
  return state === 'ready' || state === 'healthy'
}

function snapshot({ registration, state, lastHeartbeatMs }: InstanceRecord): ModuleInstance {
  return { ...registration, state, lastHeartbeatMs }
}

/** Rotations exist only for names that somebody can serve, so that asking for unknown names costs no memory. */
function nextOf(
  rotations: Map<string, Rotation<InstanceRecord>>,
  name: string,
  candidates: readonly InstanceRecord[],
): InstanceRecord | undefined {
  if (candidates.length === 0) {
    rotations.delete(name)
    return undefined
  }
  const rotation = rotations.get(name) ?? new Rotation<InstanceRecord>()
  rotations.set(name, rotation)
  return rotation.next(candidates)
}
