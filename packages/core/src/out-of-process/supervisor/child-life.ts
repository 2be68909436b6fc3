import type { Logger } from '../../context/logger.js'
import { messageOf } from '../../errors/error-json.js'
import type { Clock } from '../../time/clock.js'
import { settleWithin } from '../../time/deadline.js'
import { formatDuration } from '../../time/duration.js'
import type { InstanceExit, InstanceHandle } from '../backend.js'
import type { MovedModule } from '../moved-module.js'
import { childEnvironment } from '../oop-environment.js'
import { uuidV7 } from '../uuid-v7.js'
import type { ChildReadiness, ChildStep, FollowedChild } from './child-readiness.js'
import { CONFIGURATION_EXIT_CODE, startFailureIn } from '../start-failure.js'
import type { ChildInstanceReport, ChildStateChange } from './child-report.js'

/** How many of the states that it went through are remembered. */
const REMEMBERED_STATES = 20

export interface ChildLifeOptions {
  readonly moved: MovedModule
  /** Where the directory listens, when there is one. */
  readonly directoryEndpoint: string | undefined
  /** Who hears from the child. */
  readonly readiness: ChildReadiness
  readonly logger: Logger
  readonly clock: Clock
  /** How long it may take to get ready. */
  readonly startDeadlineMs: number
}

/** How a life ended. */
export interface LifeEnd {
  /** For people: `exit code 3`. */
  readonly reason: string
  readonly failed: boolean
  /** It has said that it cannot run as it is configured: another one could not either. */
  readonly isMisconfigured?: boolean
  /** What it wrote to standard error last, where the backend knows; for whoever has to mend it, not for everybody. */
  readonly lastLines?: readonly string[] | undefined
}

/** One instance of a moved module from its spawn to its end, which comes once. */
export class ChildLife {
  /** Resolves when the instance is ready for the first time; never, where it does not come to that. */
  readonly ready: Promise<void>
  readonly #options: ChildLifeOptions
  readonly #instanceId: string
  readonly #spawnedAt: number
  #resolveReady: () => void = () => undefined
  readonly #gone: Promise<undefined>
  #resolveGone: (exit: undefined) => void = () => undefined
  #state: ChildStateChange['state'] = 'spawning'
  readonly #states: ChildStateChange[]
  #handle: InstanceHandle | undefined
  #followed: FollowedChild | undefined
  #readyAt: number | undefined
  #endedAt: number | undefined
  #end: string | undefined
  /** What the backend said when it could not end the instance. */
  #stopFailure: string | undefined

  constructor(options: ChildLifeOptions) {
    this.#options = options
    this.#spawnedAt = options.clock.now()
    this.#instanceId = uuidV7(this.#spawnedAt)
    this.#states = [{ state: this.#state, at: this.#spawnedAt }]
    this.ready = new Promise((resolve) => {
      this.#resolveReady = resolve
    })
    this.#gone = new Promise((resolve) => {
      this.#resolveGone = resolve
    })
  }

  get state(): ChildStateChange['state'] {
    return this.#state
  }

  get pid(): number | undefined {
    return this.#handle?.pid
  }

  /** @throws what the backend says about an instance that it cannot spawn */
  async spawn(): Promise<void> {
    const { moved, readiness, directoryEndpoint } = this.#options
    const { name: module, backend, environment: configured, renderedConfig, workingDirectory } = moved
    const instance = { module, instanceId: this.#instanceId }
    this.#followed = readiness.follow(instance, (step) => this.#take(step))
    const identity = { ...instance, token: this.#followed.token }
    try {
      this.#handle = await backend.spawnInstance({
        name: module,
        backend: backend.kind,
        binary: moved.binary,
        args: moved.args,
        env: childEnvironment({ configured, ...identity, renderedConfig, directoryEndpoint }),
        withheldEnv: moved.withheldEnv,
        ...(workingDirectory !== undefined && { workingDirectory }),
      })
    } catch (error) {
      this.#finish('it could not be spawned')
      throw error
    }
    if (!moved.saysWhenReady) this.#take('ready')
  }

  /** Lives until the instance has ended; one that does not get ready in time is ended. Never rejects. */
  async end(): Promise<LifeEnd> {
    void this.#leaveAtExit()
    const exited = this.#exit()
    const tardiness = await this.#waitUntilReady(exited)
    const exit = await exited
    const reason = tardiness ?? (exit ? endOf(exit) : (this.#stopFailure ?? 'it is gone'))
    this.#finish(reason)
    return {
      reason,
      failed: tardiness !== undefined || exit?.code !== 0,
      isMisconfigured: tardiness === undefined && exit?.code === CONFIGURATION_EXIT_CODE,
      lastLines: exit?.lastLines ?? [],
    }
  }

  /** Ends the instance. Never rejects: that a backend could not end it is told in the log and in the report. */
  async stop(): Promise<void> {
    this.drain()
    if (this.#handle) {
      try {
        await this.#options.moved.backend.stopInstance(this.#handle)
      } catch (error) {
        this.#stopFailure = `it could not be ended: ${messageOf(error)}`
        this.#complain('The backend could not end an instance, which may still run', error)
      }
    }
    this.markGone()
  }

  /** The instance has been stopped. Only of a backend that does not tell itself when one has ended this is news. */
  markGone(): void {
    this.#resolveGone(undefined)
  }

  /** The instance has been told to end. */
  drain(): void {
    if (this.#state !== 'exited' && this.#state !== 'draining') this.#enter('draining')
  }

  report(): ChildInstanceReport {
    const health = this.#followed?.health()
    return {
      instanceId: this.#handle?.instanceId ?? this.#instanceId,
      ...(this.pid !== undefined && { pid: this.pid }),
      spawnedAt: this.#spawnedAt,
      ...(this.#readyAt !== undefined && { readyAt: this.#readyAt }),
      ...(this.#endedAt !== undefined && { endedAt: this.#endedAt }),
      ...(this.#end !== undefined && { end: this.#end }),
      ...(health && { health }),
      states: [...this.#states],
    }
  }

  /** Nobody is to be sent to a process that has exited, however long the rest of its end takes. */
  async #leaveAtExit(): Promise<void> {
    const { backend } = this.#options.moved
    if (!this.#handle || !backend.instanceGone) return
    try {
      await backend.instanceGone(this.#handle)
      this.#leave()
    } catch (error) {
      // Its end is told by `instanceExit` as well, if later.
      this.#complain('The backend could not tell that an instance has exited', error)
    }
  }

  /** Backends of others are held to their promise not to reject, and one that breaks it is told of. */
  async #exit(): Promise<InstanceExit | undefined> {
    const { backend } = this.#options.moved
    if (!this.#handle || !backend.instanceExit) return this.#gone
    try {
      return await backend.instanceExit(this.#handle)
    } catch (error) {
      this.#complain('The backend could not tell how an instance ended, which counts as gone', error)
      return undefined
    }
  }

  #complain(message: string, error: unknown): void {
    const { moved, logger } = this.#options
    const { name: module, backend } = moved
    const { instanceId: instance_id } = this.report()
    logger.error(message, { module, instance_id, backend: backend.kind, error: messageOf(error) })
  }

  /** What there is to say about an instance that was not ready in time, and has been stopped for it. */
  async #waitUntilReady(exited: Promise<unknown>): Promise<string | undefined> {
    const { moved, clock, startDeadlineMs: afterMs } = this.#options
    if (!moved.saysWhenReady) return undefined
    const operation = `The start of module "${moved.name}" in its process`
    const outcome = await settleWithin(Promise.race([this.ready, exited]), { operation, clock, afterMs })
    if (outcome.kind === 'done') return undefined
    await this.stop()
    const tardiness = `it was not ready after ${formatDuration(afterMs)}`
    return this.#stopFailure === undefined ? tardiness : `${tardiness}, and ${this.#stopFailure}`
  }

  #take(step: ChildStep): void {
    if (this.#state === 'exited' || this.#state === 'draining') return
    this.#enter(step)
    if (step !== 'ready') return
    this.#readyAt ??= this.#options.clock.now()
    this.#resolveReady()
  }

  #finish(reason: string): void {
    this.#leave()
    this.#end = reason
  }

  #leave(): void {
    if (this.#state === 'exited') return
    this.#followed?.forget()
    this.#enter('exited')
    this.#endedAt = this.#options.clock.now()
  }

  #enter(state: ChildStateChange['state']): void {
    this.#state = state
    this.#states.push({ state, at: this.#options.clock.now() })
    if (this.#states.length > REMEMBERED_STATES) this.#states.shift()
  }
}

function endOf({ code, signal, lastLines }: InstanceExit): string {
  if (signal !== null) return `signal ${signal}`
  const why = code === 0 ? undefined : startFailureIn(lastLines)
  return why === undefined ? `exit code ${String(code)}` : `exit code ${String(code)}: ${why}`
}
