import type { LogFields, Logger } from '../context/logger.js'
import type { Clock } from '../time/clock.js'
import { settleWithin } from '../time/deadline.js'
import type { InstanceExit, InstanceHandle } from './backend.js'
import { LogForwarder } from './log-forwarder.js'
import { atProcessExit } from './process-exit.js'
import { ProcessGroup } from './process-group.js'
import { INPUT_DESCRIPTOR, type SpawnedChild } from './spawn-child.js'

/** How long an instance that is stopped by itself may take before it is ended by force. */
export const INSTANCE_STOP_GRACE_MS = 2_000

/** How long the output of a child that has exited may be silent, and how long it is read in all. */
const DRAIN = { idleMs: 100, limitMs: 1_000 } as const

/** How long the system may take to end a process by force before we stop waiting for it. */
const FORCE_KILL_WAIT_MS = 1_000

export interface StopOptions {
  /** Begins every log line about the stop. */
  readonly context: 'shutdown' | 'stop_instance'
  /** How long the process may take to end by itself. */
  readonly graceMs: number
}

export interface LocalInstanceOptions {
  readonly handle: InstanceHandle
  readonly logger: Logger
  readonly clock: Clock
}

/**
 * One child process from its spawn to its end. It ends once: because it was stopped, or by itself, which is noticed.
 * Either way its output is read to the end, and what it leaves behind in its process group ends too.
 */
export class LocalInstance {
  readonly handle: InstanceHandle
  /** Resolves when nothing of the instance is left; never rejects. */
  readonly ended: Promise<InstanceExit>
  /** Resolves when the child itself has exited; never rejects. */
  readonly exited: Promise<void>
  readonly #child: SpawnedChild
  readonly #group: ProcessGroup
  readonly #logger: Logger
  readonly #clock: Clock
  readonly #stdout: LogForwarder
  readonly #stderr: LogForwarder
  readonly #forgetExit: () => void
  #ending: Promise<void> | undefined
  #resolveEnded: (exit: InstanceExit) => void = () => undefined

  constructor(child: SpawnedChild, { handle, logger, clock }: LocalInstanceOptions) {
    this.handle = handle
    this.#child = child
    this.#group = new ProcessGroup(child, clock)
    this.#logger = logger
    this.#clock = clock
    this.#stdout = new LogForwarder(child.stdout, { name: 'stdout', handle, logger, clock })
    this.#stderr = new LogForwarder(child.stderr, { name: 'stderr', handle, logger, clock })
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
    this.#forgetExit = atProcessExit(() => this.#endWithHost())
    this.exited = new Promise((resolve) => {
      child.once('exit', () => {
        this.#ending ??= this.#cleanUp()
        resolve()
      })
    })
  }

  /** Whether it runs and has not been told to stop. */
  get isRunning(): boolean {
    return this.#ending === undefined
  }

  /** Ends the instance. Whoever else stops it, or finds it ending by itself, shares the one end of it. Never rejects. */
  stop(options: StopOptions): Promise<void> {
    this.#ending ??= this.#terminate(options)
    return this.#ending
  }

  async #terminate({ context, graceMs }: StopOptions): Promise<void> {
    const graceEndsAt = this.#clock.monotonic() + graceMs
    this.#askToEnd(context)
    if (await this.#exitsWithin(graceMs)) {
      this.#debug(`${context}: process exited gracefully`, { status: this.#status() })
    } else {
      await this.#forceKill(context)
    }
    await this.#drain(graceEndsAt - this.#clock.monotonic())
    this.#release()
  }

  #askToEnd(context: string): void {
    const { pid } = this.handle
    const graceful = this.#group.terminate()
    if (!graceful) {
      this.#debug(`${context}: graceful termination not available, will force kill`, { pid })
      // The end of stdin says the same, to a child that listens for it.
      this.#child.stdin.end()
    }
    this.#debug(`${context}: sent termination signal`, { pid, graceful })
  }

  async #forceKill(context: string): Promise<void> {
    this.#logger.warn(`${context}: grace period expired, force killing`, this.#identity())
    this.#group.kill()
    if (await this.#exitsWithin(FORCE_KILL_WAIT_MS)) return
    const error = `the process still runs after ${String(FORCE_KILL_WAIT_MS)} ms`
    this.#logger.warn(`${context}: failed to force kill`, { ...this.#identity(), error })
  }

  /** After an exit that nobody asked for. What the child left behind may finish first; then it is told to end as well. */
  async #cleanUp(): Promise<void> {
    await this.#stderr.readPending()
    const { code, signal, lastLines } = this.#exit()
    const fields = { ...this.#identity(), pid: this.handle.pid, code, signal, stderr: lastLines }
    this.#logger.warn('OoP module process exited unexpectedly', fields)
    if (!(await this.#drain(INSTANCE_STOP_GRACE_MS)) && this.#group.terminate()) {
      await this.#group.waitUntilGone(INSTANCE_STOP_GRACE_MS)
    }
    this.#release()
  }

  /** Reads the output to its end while survivors of the process group leave; says whether all of them have. */
  async #drain(survivorsMs: number): Promise<boolean> {
    const [gone] = await Promise.all([
      this.#group.waitUntilGone(survivorsMs),
      this.#stdout.drain(DRAIN),
      this.#stderr.drain(DRAIN),
    ])
    return gone
  }

  /** The process of the host ends without having waited: who was told to end has no time left, others are told now. */
  #endWithHost(): void {
    if (this.isRunning) this.#group.terminate()
    else this.#group.kill()
  }

  #release(): void {
    this.#group.kill()
    this.#forgetExit()
    this.#stdout.close()
    this.#stderr.close()
    for (const stream of [this.#child.stdin, this.#child.stdio[INPUT_DESCRIPTOR]]) stream?.destroy()
    this.#resolveEnded(this.#exit())
  }

  async #exitsWithin(afterMs: number): Promise<boolean> {
    const operation = `The exit of module "${this.handle.module}"`
    const outcome = await settleWithin(this.exited, { operation, clock: this.#clock, afterMs })
    return outcome.kind === 'done'
  }

  #exit(): InstanceExit {
    const { exitCode, signalCode } = this.#child
    return { code: exitCode, signal: signalCode, lastLines: this.#stderr.lastLines }
  }

  #status(): string {
    const { exitCode, signalCode } = this.#child
    return signalCode === null ? `exit code ${String(exitCode)}` : `signal ${signalCode}`
  }

  #identity(): LogFields {
    return { module: this.handle.module, instance_id: this.handle.instanceId }
  }

  #debug(message: string, fields: LogFields = {}): void {
    this.#logger.debug(message, { ...this.#identity(), ...fields })
  }
}
