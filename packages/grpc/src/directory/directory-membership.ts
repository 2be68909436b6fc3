import { HostError, type Clock, type Logger, type ModuleHealth, type NamedModuleHealth } from '@modkit/core'
import {
  messageOf,
  sleep,
  type DirectoryClient,
  type DirectoryRegistration,
  type RegistrationAnswer,
} from '@modkit/core/spi'
import { RetryDelay } from './retry-delay.js'

/** A module of this process. */
export interface MemberInstance extends DirectoryRegistration {
  /** Whether it serves: an optional module that has failed is taken out of the directory. Default: it does. */
  readonly isAvailable?: () => boolean
}

/** What a process offers, and to which directory. */
export interface DirectoryMembershipOptions {
  readonly directory: DirectoryClient
  /** What this process offers: an entry for each of its modules. */
  readonly instances: readonly MemberInstance[]
  /** Whether the process can be called yet. Until it can, it is known and not found. Default: it can. */
  readonly isReady?: () => boolean
  /** How the modules of the process say that they are, which heartbeats tell; never rejects. Default: nothing is told. */
  readonly health?: ((signal: AbortSignal) => Promise<readonly NamedModuleHealth[]>) | undefined
  readonly clock: Clock
  readonly logger: Logger
  /** Called each time the directory has come to know the process. */
  readonly onRegistered?: ((answer: RegistrationAnswer) => void) | undefined
}

/** A third of the time after which a directory gives up on who is silent. */
export const HEARTBEAT_MS = 5_000

/** How long modules may take to say how they are: it holds up the heartbeat. */
const HEALTH_MS = 2_000

const RETRY = { firstMs: 100, maxMs: 5_000 } as const

/** How long taking leave may take: the process is on its way out, and a directory that is gone needs no farewell. */
export const LEAVE_MS = 1_000

/**
 * The place of this process in the directory of another one: registers what it offers, says every five seconds that it is
 * alive, registers anew when it was forgotten, and takes leave. A directory that is down is asked again until it answers; the
 * log says so once for each outage.
 */
export class DirectoryMembership {
  readonly #options: DirectoryMembershipOptions
  readonly #leaving = new AbortController()
  readonly #delay = new RetryDelay(RETRY)
  /** Those who have failed, once the directory has been told. */
  readonly #withdrawn = new Set<MemberInstance>()
  #running: Promise<void> | undefined
  /** As what the directory knows the process. */
  #known: 'not' | 'starting' | 'ready' = 'not'
  #hasToldHealth = false
  /** Ends the wait before the next attempt. */
  #wake = new AbortController()

  constructor(options: DirectoryMembershipOptions) {
    this.#options = options
  }

  /** Begins in the background, so that a directory that is down holds up nobody. */
  join(): void {
    this.#running ??= this.#run(this.#leaving.signal)
  }

  /** The process can be called from now on: the directory is told at once. */
  becomeReady(): void {
    if (this.#known !== 'ready') this.#wake.abort()
  }

  /** Resolves when the directory has been told, within a second, or when `deadline` aborts. Never rejects. */
  async leave(deadline: AbortSignal): Promise<void> {
    if (!this.#running || this.#leaving.signal.aborted) return
    this.#leaving.abort()
    await this.#running
    const { directory, instances, clock, logger } = this.#options
    const late = new AbortController()
    const timer = clock.after(LEAVE_MS, () =>
      late.abort(new HostError('DEADLINE_EXCEEDED', { operation: 'Taking leave of the directory', afterMs: LEAVE_MS })),
    )
    const signal = AbortSignal.any([deadline, late.signal])
    const farewells = instances.map((instance) => directory.deregisterInstance(instance, { signal }))
    const failed = (await Promise.allSettled(farewells)).find((farewell) => farewell.status === 'rejected')
    timer.cancel()
    if (failed) logger.warn('Could not take leave of the directory', { error: messageOf(failed.reason) })
  }

  get #isKnownAsReady(): boolean {
    return this.#known === 'ready'
  }

  /** Never rejects. */
  async #run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    while (!signal.aborted) {
      this.#wake = new AbortController()
      const waitMs = await this.#attempt(signal)
      await sleep(waitMs, { clock, signal: AbortSignal.any([signal, this.#wake.signal]) })
    }
  }

  /** Says how long to wait before the next attempt. */
  async #attempt(signal: AbortSignal): Promise<number> {
    try {
      // A heartbeat would say that it serves already, so until it does it registers again.
      if (this.#isKnownAsReady) await this.#sendHeartbeats(signal)
      else await this.#register(signal)
      this.#reportRecovery()
      return this.#owesFirstHealth() ? 0 : HEARTBEAT_MS
    } catch (error) {
      if (signal.aborted) return 0
      if (this.#isKnownAsReady && HostError.is(error, 'INSTANCE_UNKNOWN')) {
        this.#known = 'not'
        this.#options.logger.info('The directory has forgotten this process, which registers again')
        return 0
      }
      this.#reportOutage(error)
      return this.#delay.next()
    }
  }

  async #register(signal: AbortSignal): Promise<void> {
    const { directory, instances, onRegistered, logger, isReady } = this.#options
    const ready = isReady?.() ?? true
    const register = (instance: DirectoryRegistration): Promise<RegistrationAnswer> =>
      directory.registerInstance({ ...instance, ready }, { signal })
    const [answer] = await Promise.all(instances.filter(serves).map(register))
    this.#known = ready ? 'ready' : 'starting'
    logger.debug('Registered in the directory', { modules: instances.map(({ module }) => module) })
    onRegistered?.(answer ?? {})
  }

  async #sendHeartbeats(signal: AbortSignal): Promise<void> {
    const { directory, instances } = this.#options
    const healths = await this.#healths(signal)
    const affirm = async (instance: MemberInstance): Promise<void> => {
      const { module, instanceId } = instance
      const health = healths.get(module)
      if (serves(instance)) await directory.sendHeartbeat({ module, instanceId, health }, { signal })
      else if (!this.#withdrawn.has(instance)) {
        await directory.deregisterInstance(instance, { signal })
        this.#withdrawn.add(instance)
      }
    }
    await Promise.all(instances.map(affirm))
  }

  /** Whether the directory is still to be told how the modules are: once at once, then with every heartbeat. */
  #owesFirstHealth(): boolean {
    if (this.#hasToldHealth || !this.#isKnownAsReady || !this.#options.health) return false
    this.#hasToldHealth = true
    return true
  }

  async #healths(signal: AbortSignal): Promise<ReadonlyMap<string, ModuleHealth>> {
    const { health, clock } = this.#options
    if (!health) return new Map()
    const late = new AbortController()
    const timer = clock.after(HEALTH_MS, () => late.abort())
    try {
      const answers = await health(AbortSignal.any([signal, late.signal]))
      return new Map(answers.map(({ module, ...answer }) => [module, answer]))
    } finally {
      timer.cancel()
    }
  }

  #reportOutage(error: unknown): void {
    if (this.#delay.failures > 0) return
    const hint = HostError.find(error)?.hint
    const fields = { error: messageOf(error), ...(hint !== undefined && { hint }) }
    this.#options.logger.warn('Cannot reach the directory, will go on trying', fields)
  }

  #reportRecovery(): void {
    if (this.#delay.failures === 0) return
    this.#delay.reset()
    this.#options.logger.info('The directory answers again')
  }
}

function serves({ isAvailable }: MemberInstance): boolean {
  return isAvailable?.() ?? true
}
