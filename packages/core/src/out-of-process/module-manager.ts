import type { ModuleHealth } from '../capabilities/core-module.js'
import { systemClock, type Clock } from '../time/clock.js'
import type {
  InstanceIdentity,
  InstanceRegistration,
  InstanceState,
  ModuleInstance,
  ServiceEndpoint,
} from './module-instance.js'
import { InstanceFollowers, type StepListener } from './instance-followers.js'
import { InstanceTokens } from './instance-tokens.js'
import { Rotation } from './rotation.js'

/** How long a manager believes in an instance that is silent. */
export interface ModuleManagerOptions {
  /** How long an instance may be silent before it is quarantined. Default 15,000 ms. */
  readonly ttlMs?: number
  /** How much longer it stays known then. Default 30,000 ms. */
  readonly graceMs?: number
  /** Says what time it is, see {@link ModuleManager.now}. */
  readonly clock?: Clock
}

/** Is told the names of the services that may be found elsewhere than before. Must not throw. */
export type OffersListener = (services: ReadonlySet<string>) => void

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
  health?: ModuleHealth | undefined
}

const defaults = { ttlMs: 15_000, graceMs: 30_000 } as const

/**
 * Which instances of which modules there are, what they offer, and whether they are alive.
 *
 * Times are those of {@link ModuleManager.now}. An instance that the manager does not know changes nothing; the methods say
 * so by returning false.
 */
export class ModuleManager {
  /** What proves to a directory which instance somebody is. */
  readonly tokens = new InstanceTokens()
  readonly #ttlMs: number
  readonly #graceMs: number
  readonly #clock: Clock
  readonly #epochMs: number
  readonly #listeners = new Set<OffersListener>()
  readonly #followers = new InstanceFollowers()
  readonly #modules = new Map<string, Map<string, InstanceRecord>>()
  readonly #moduleRotations = new Map<string, Rotation<InstanceRecord>>()
  readonly #serviceRotations = new Map<string, Rotation<InstanceRecord>>()

  constructor(options: ModuleManagerOptions = {}) {
    this.#ttlMs = options.ttlMs ?? defaults.ttlMs
    this.#graceMs = options.graceMs ?? defaults.graceMs
    this.#clock = options.clock ?? systemClock
    this.#epochMs = this.#clock.now() - this.#clock.monotonic()
  }

  /** How long an instance may be silent before it is quarantined. */
  get ttlMs(): number {
    return this.#ttlMs
  }

  /**
   * Milliseconds since the epoch, as far as the wall clock was right when the manager was made; from then on monotonic. A
   * wall clock that is set must not make everybody look silent.
   */
  now(): number {
    return this.#epochMs + this.#clock.monotonic()
  }

  /** Calls `listener` when what callers are to be sent to changes, until the returned function is called. */
  onOffersChanged(listener: OffersListener): () => void {
    // A function of its own, so that one who subscribes twice is called twice, and leaves once.
    const subscribed: OffersListener = (services) => listener(services)
    this.#listeners.add(subscribed)
    return () => void this.#listeners.delete(subscribed)
  }

  /**
   * Expects an instance that is about to be spawned: its token is good, and `listener` hears how far it comes, until the returned
   * function is called, when it is gone.
   */
  follow({ token, ...instance }: InstanceIdentity & { readonly token: string }, listener: StepListener): () => void {
    this.tokens.accept(instance, token)
    const forget = this.#followers.follow(instance, listener)
    return () => {
      forget()
      this.tokens.revoke(instance.instanceId)
      this.deregister(instance.module, instance.instanceId)
    }
  }

  /** Whose token it is, who has been heard from with it; `undefined` when it was never issued, or is good no more. */
  identify(token: string): InstanceIdentity | undefined {
    const identity = this.tokens.identify(token)
    if (identity) this.#followers.hear(identity)
    return identity
  }

  /**
   * Makes an instance known, in the state `registered`. One that registers again replaces what it said before; where it
   * was `ready` or `healthy` it stays so, and can be picked without a pause.
   */
  registerInstance(registration: InstanceRegistration, now: number = this.now()): void {
    const { module, instanceId } = registration
    const said = Object.freeze({ ...registration, services: Object.freeze({ ...registration.services }) })
    const known = this.#find(module, instanceId)
    if (known) {
      this.#change(known, () => {
        known.registration = said
        known.lastHeartbeatMs = now
        if (!isServing(known)) known.state = 'registered'
      })
      return
    }
    const instances = this.#modules.get(module) ?? new Map<string, InstanceRecord>()
    instances.set(instanceId, { registration: said, state: 'registered', lastHeartbeatMs: now })
    this.#modules.set(module, instances)
    this.#followers.tell(registration, 'registered')
  }

  /** Notes that an instance is alive. One that is `registered` or `quarantined` becomes `healthy`. */
  updateHeartbeat(module: string, instanceId: string, now: number): boolean {
    const instance = this.#find(module, instanceId)
    if (!instance) return false
    instance.lastHeartbeatMs = now
    if (instance.state === 'registered' || instance.state === 'quarantined') this.#setState(instance, 'healthy')
    return true
  }

  /** Notes how the module of an instance says that it is; `undefined` where it does not say any more. */
  noteHealth({ module, instanceId }: InstanceIdentity, health: ModuleHealth | undefined): boolean {
    const instance = this.#find(module, instanceId)
    if (instance) instance.health = health
    return instance !== undefined
  }

  /** How the module of an instance has said that it is; `undefined` where it has not, or the instance is not known. */
  healthOf({ module, instanceId }: InstanceIdentity): ModuleHealth | undefined {
    return this.#find(module, instanceId)?.health
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

  /** Forgets an instance that leaves. */
  deregister(module: string, instanceId: string): boolean {
    const removed = this.#forget(module, instanceId)
    if (removed) this.#followers.tell(removed.registration, undefined)
    return removed !== undefined
  }

  /** The instances of a module, whatever their state, in the order in which they first registered. */
  instancesOf(module: string): readonly ModuleInstance[] {
    return [...(this.#modules.get(module)?.values() ?? [])].map(snapshot)
  }

  /** What is known of every instance, whatever its state. */
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
        // It has not taken leave: whoever follows it may yet hear from it.
        this.#forget(instance.registration.module, instance.registration.instanceId)
      } else if (!leaving && silentMs >= this.#ttlMs) {
        this.#setState(instance, 'quarantined')
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
    const chosen = nextOf(this.#serviceRotations, serviceName, this.#recordsOffering(serviceName))
    return chosen && endpointOf(chosen, serviceName)
  }

  /** Where a service can be found now: at every `ready` or `healthy` instance that offers it. */
  endpointsOf(serviceName: string): readonly ServiceEndpoint[] {
    return this.#recordsOffering(serviceName).map((instance) => endpointOf(instance, serviceName))
  }

  #forget(module: string, instanceId: string): InstanceRecord | undefined {
    const instances = this.#modules.get(module)
    const removed = instances?.get(instanceId)
    instances?.delete(instanceId)
    if (instances?.size === 0) {
      this.#modules.delete(module)
      this.#moduleRotations.delete(module)
    }
    if (removed) this.#tell(offersOf(removed))
    return removed
  }

  #mark(module: string, instanceId: string, state: InstanceState): boolean {
    const instance = this.#find(module, instanceId)
    if (instance) this.#setState(instance, state)
    return instance !== undefined
  }

  #setState(instance: InstanceRecord, state: InstanceState): void {
    this.#change(instance, () => {
      instance.state = state
    })
  }

  #change(instance: InstanceRecord, change: () => void): void {
    const before = offersOf(instance)
    change()
    const after = offersOf(instance)
    if (before !== after) this.#tell({ ...before, ...after })
    this.#followers.tell(instance.registration, instance.state)
  }

  #tell(offers: InstanceRegistration['services']): void {
    const services = new Set(Object.keys(offers))
    if (services.size === 0) return
    for (const listener of [...this.#listeners]) listener(services)
  }

  #find(module: string, instanceId: string): InstanceRecord | undefined {
    return this.#modules.get(module)?.get(instanceId)
  }

  #recordsOffering(service: string): InstanceRecord[] {
    return this.#records().filter((instance) => Object.hasOwn(offersOf(instance), service))
  }

  #records(): InstanceRecord[] {
    return [...this.#modules.values()].flatMap((instances) => [...instances.values()])
  }
}

const NO_OFFERS: InstanceRegistration['services'] = Object.freeze({})

/** The services that callers may be sent to the instance for. */
function offersOf(instance: InstanceRecord): InstanceRegistration['services'] {
  return isServing(instance) ? instance.registration.services : NO_OFFERS
}

function endpointOf({ registration }: InstanceRecord, serviceName: string): ServiceEndpoint {
  const { module, instanceId, services } = registration
  return { module, instanceId, endpoint: services[serviceName] ?? '' }
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
