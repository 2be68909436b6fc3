import { randomUUID } from 'node:crypto'
import { ClientHub } from '../client-hub/client-hub.js'
import type { Degradation, HostState } from '../context/host-status.js'
import { silentLogger, type Logger } from '../context/logger.js'
import { errorToJson } from '../errors/error-json.js'
import { HostError } from '../errors/host-error.js'
import { moduleDefinition } from '../module/module-definition.js'
import type { ModuleClass } from '../module/module-options.js'
import { migrationPhases, startPhases } from '../phases/phases.js'
import type { Phase } from '../phases/phase.js'
import type { ModuleRegistry } from '../registry/module-registry.js'
import { systemClock, type Clock } from '../time/clock.js'
import { settleWithin } from '../time/deadline.js'
import { assemble } from './assemble.js'
import type { HostAssembly } from './assembly.js'
import { BootRecorder, criticalPath } from './boot-recorder.js'
import type { BootReport } from './boot-report.js'
import { findModules, listsItsModules } from './find-modules.js'
import type { Host, MigrationReport } from './host.js'
import { HostDeclaration } from './host-declaration.js'
import { parseHostLimits, type HostLimits, type HostOptions } from './host-options.js'
import type { HostSeams } from './host-seams.js'
import { LiveHostStatus } from './host-status.js'
import { createHostLogger, flushLogger } from './host-logger.js'
import { assertHostsPresent, warnOfUnreachableDeadlines } from './boot-checks.js'
import { PhaseRunner } from './phase-runner.js'
import { onShutdownRequest } from './shutdown-request.js'
import { reasonText } from './shutdown-reason.js'
import type { ShutdownReport } from './shutdown-report.js'
import { Shutdown, type ShutdownWatch } from './shutdown.js'

/** The one implementation of {@link Host}: a state, a root signal, and the promises of what was asked for. */
export class ModuleHost implements Host {
  readonly clients = new ClientHub()
  readonly options: HostOptions
  readonly clock: Clock
  /** Set by `run()`, so that every stop, whoever asks for it, is watched. */
  watch: ShutdownWatch | undefined
  readonly #seams: HostSeams
  readonly #root = new AbortController()
  readonly #recorder = new BootRecorder()
  readonly #degradations: Degradation[] = []
  #state: HostState = 'idle'
  #logger: Logger = silentLogger
  #declaration: HostDeclaration | undefined
  #assembly: HostAssembly | undefined
  #life: Promise<void> | undefined
  #stopping: Promise<ShutdownReport> | undefined
  #startedAt: { readonly now: number; readonly monotonic: number } | undefined
  #bootMs: number | undefined
  #error: unknown

  constructor(options: HostOptions, seams: HostSeams = {}) {
    this.options = options
    this.#seams = seams
    this.clock = options.clock ?? systemClock
  }

  get state(): HostState {
    return this.#state
  }

  /** What the host logs to; silent until the configuration has been read. */
  get logger(): Logger {
    return this.#logger
  }

  /** Aborts when shutdown begins. */
  get rootSignal(): AbortSignal {
    return this.#root.signal
  }

  get registry(): ModuleRegistry {
    return this.#declared().registry
  }

  get report(): BootReport {
    const phases = this.#recorder.phases
    const durationMs = this.#startedAt ? (this.#bootMs ?? this.clock.monotonic() - this.#startedAt.monotonic) : 0
    return {
      state: this.#state,
      startedAt: this.#startedAt?.now,
      durationMs,
      phases,
      degradations: [...this.#degradations],
      criticalPath: criticalPath(phases, this.#declaration?.registry.entries ?? []),
      ...(this.#error !== undefined && { error: errorToJson(this.#error) }),
    }
  }

  module<T extends object>(moduleClass: ModuleClass<T>): T {
    const name = moduleDefinition(moduleClass)?.name ?? moduleClass.name
    const instance = this.#declaration?.instances.get(name)
    if (instance) return instance as T
    const placement = this.#declaration?.registry.get(name)?.placement
    const reason =
      placement === undefined ? 'it is not one of its modules' : `it is ${placement}, and the host is ${this.#state}`
    throw new HostError('MODULE_NOT_FOUND', { module: name, reason })
  }

  async start(): Promise<this> {
    await this.#begin(() => this.#boot())
    return this
  }

  async migrate(): Promise<MigrationReport> {
    await this.#begin(() => this.#migrate())
    return { durationMs: this.report.durationMs, modules: this.#assembly?.migrations ?? [] }
  }

  async run(): Promise<void> {
    const { runProcess } = await import('./run-process.js')
    await runProcess(this)
  }

  stop(reason?: unknown): Promise<ShutdownReport> {
    this.#stopping ??= this.#stop(reason)
    return this.#stopping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('disposed')
  }

  /** Starts the one life of the host; what ends it early has been rolled back when this rejects. */
  #begin(work: () => Promise<void>): Promise<void> {
    if (this.#life !== undefined || this.#state !== 'idle') {
      return Promise.reject(new HostError('ALREADY_STARTED', { what: 'The host', state: this.#state }))
    }
    this.#state = 'starting'
    this.#startedAt = { now: this.clock.now(), monotonic: this.clock.monotonic() }
    // Only once the life is remembered may it begin: what ends it at once has to find it.
    this.#life = Promise.resolve().then(() => this.#live(work))
    return this.#life
  }

  async #live(work: () => Promise<void>): Promise<void> {
    try {
      await work()
      this.#bootMs ??= this.clock.monotonic() - this.#begunAt
    } catch (error) {
      this.#bootMs = this.clock.monotonic() - this.#begunAt
      await this.#rollBack(error)
      throw error
    }
  }

  get #begunAt(): number {
    return this.#startedAt?.monotonic ?? 0
  }

  async #boot(): Promise<void> {
    const limits = parseHostLimits(this.options)
    onShutdownRequest(this.options.shutdown, this.#root.signal, (reason) => void this.stop(reason))
    this.#assembly = await this.#assemble()
    assertHostsPresent(this.registry)
    warnOfUnreachableDeadlines(this.#assembly, { limits, options: this.options, watched: this.watch !== undefined })
    this.#logger.info('Running full lifecycle (all phases)')
    await this.#runPhases(startPhases, limits)
    this.#assertNotCancelled()
    this.#state = 'running'
  }

  async #migrate(): Promise<void> {
    const limits = parseHostLimits(this.options)
    onShutdownRequest(this.options.shutdown, this.#root.signal, (reason) => void this.stop(reason))
    this.#assembly = await this.#assemble()
    this.#logger.info('Running in migration mode (pre-init + db phases only)')
    await this.#runPhases(migrationPhases, limits)
    this.#logger.info('Migration phases completed successfully')
    this.#bootMs = this.clock.monotonic() - this.#begunAt
    await this.#shutDown({ reason: 'migrated', lameDuck: false })
    this.#state = 'stopped'
  }

  async #assemble(): Promise<HostAssembly> {
    this.#assertNotCancelled()
    const classes = await this.#inTime('Finding the modules', findModules(this.options))
    const declaration = (this.#declaration ??= new HostDeclaration(this.options, classes))
    this.#logger = await createHostLogger(this.options, { config: declaration.config, clock: this.clock })
    for (const { key, implementation } of this.options.clients ?? []) this.clients.register(key, implementation)
    const assembly = assemble({
      options: this.options,
      seams: this.#seams,
      declaration,
      clients: this.clients,
      logger: this.#logger,
      clock: this.clock,
      instanceId: this.options.instanceId ?? randomUUID(),
      signal: this.#root.signal,
      degradations: this.#degradations,
      status: new LiveHostStatus({
        clock: this.clock,
        state: () => this.#state,
        degradations: this.#degradations,
        instances: declaration.instances,
      }),
    })
    return this.#inTime('Putting the host together', assembly)
  }

  /** Preparations before the first phase have the deadline of a hook, and end when the host is told to stop. */
  async #inTime<T>(operation: string, work: Promise<T>): Promise<T> {
    const afterMs = parseHostLimits(this.options).startDeadlineMs
    const outcome = await settleWithin(work, { operation, clock: this.clock, signal: this.#root.signal, afterMs })
    if (outcome.kind === 'done') return outcome.value
    throw outcome.error
  }

  #declared(): HostDeclaration {
    if (this.#declaration) return this.#declaration
    if (!listsItsModules(this.options)) throw new HostError('NOT_SCANNED', undefined)
    return (this.#declaration = new HostDeclaration(this.options, this.options.modules ?? []))
  }

  async #runPhases(phases: readonly Phase[], limits: HostLimits): Promise<void> {
    const assembly = this.#assembly
    if (!assembly) return
    const runner = new PhaseRunner(assembly, {
      startDeadlineMs: limits.startDeadlineMs,
      recorder: this.#recorder,
      onOptionalFailure: (module, error) => {
        assembly.giveUp(module, error)
      },
    })
    await runner.run(phases)
  }

  #assertNotCancelled(): void {
    if (this.#root.signal.aborted) throw new HostError('CANCELLED', { operation: 'The start of the host' })
  }

  /** Undoes a start that failed or was cancelled. */
  async #rollBack(error: unknown): Promise<void> {
    this.#error = error
    const cancelled = HostError.is(error, 'CANCELLED') && this.#root.signal.aborted
    this.#state = 'stopping'
    const reason = cancelled ? reasonText(this.#root.signal.reason) : 'the start failed'
    const report = this.#shutDown({ reason, lameDuck: false, startError: error })
    this.#stopping ??= report
    await report
    this.#state = cancelled ? 'stopped' : 'failed'
  }

  async #stop(reason: unknown): Promise<ShutdownReport> {
    if (this.#state === 'idle') {
      this.#state = 'stopped'
      return emptyReport(reason)
    }
    const wasRunning = this.#state === 'running'
    if (wasRunning) this.#state = 'stopping'
    this.#root.abort(reason)
    if (!wasRunning) return this.#afterLife(reason)
    const report = await this.#shutDown({ reason: reasonText(reason), lameDuck: true })
    this.#state = 'stopped'
    return report
  }

  #lastReport: ShutdownReport | undefined

  /** Waits for a start under way, which rolls itself back. */
  async #afterLife(reason: unknown): Promise<ShutdownReport> {
    // Whoever called start() gets its error; here only its end matters.
    await this.#life?.catch(() => undefined)
    return this.#lastReport ?? emptyReport(reason)
  }

  async #shutDown(how: { reason: string; lameDuck: boolean; startError?: unknown }): Promise<ShutdownReport> {
    this.#root.abort(how.reason)
    const assembly = this.#assembly
    const report = assembly
      ? await new Shutdown(assembly, { ...how, limits: parseHostLimits(this.options), watch: this.watch }).run()
      : emptyReport(how.reason)
    this.#lastReport = report
    await flushLogger(this.#logger, this.clock)
    return report
  }
}

function emptyReport(reason: unknown): ShutdownReport {
  return { reason: reasonText(reason), durationMs: 0, steps: [], modules: [], leftBehind: [] }
}
