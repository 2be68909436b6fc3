import { ClientHub } from '../client-hub/client-hub.js'
import { RemoteClientsSlot } from '../client-hub/remote-clients.js'
import type { Degradation, HostState } from '../context/host-status.js'
import { mayWrite, type Logger } from '../context/logger.js'
import { toError } from '../errors/error-json.js'
import { HostError, isHostError } from '../errors/host-error.js'
import type { ModuleClass } from '../module/module-options.js'
import { childRole, type ChildRole } from '../out-of-process/child-role.js'
import type { ChildReport } from '../out-of-process/supervisor/child-report.js'
import type { Phase } from '../phases/phase.js'
import { migrationPhases, startPhases } from '../phases/phases.js'
import type { ModuleRegistry } from '../registry/module-registry.js'
import { systemClock, type Clock } from '../time/clock.js'
import type { HostAssembly } from './assembly.js'
import { assertHostsPresent, warnOfUnreachableDeadlines } from './boot-checks.js'
import { BootRecorder } from './boot-recorder.js'
import type { BootReport } from './boot-report.js'
import { instanceOf } from './find-instance.js'
import { listsItsModules } from './find-modules.js'
import type { Host, MigrationReport } from './host.js'
import { HostDeclaration } from './host-declaration.js'
import { noLog, type HostLog } from './host-log.js'
import { LiveHostStatus } from './host-status.js'
import { handOver } from './host-takeover.js'
import { parseHostLimits, type HostLimits, type HostOptions } from './host-options.js'
import type { HostSeams } from './host-seams.js'
import { PhaseRunner } from './phase-runner.js'
import { prepareHost } from './prepare-host.js'
import { formatBootReport, formatShutdownReport } from './report-text.js'
import { reasonText, shutdownError } from './shutdown-reason.js'
import { emptyShutdownReport, type ShutdownReport } from './shutdown-report.js'
import { observe, onShutdownRequest } from './shutdown-request.js'
import { Shutdown, type ShutdownWatch } from './shutdown.js'

/** The one implementation of {@link Host}: a state, a root signal, and the promises of what was asked for. */
export class ModuleHost implements Host {
  readonly clients: ClientHub
  readonly options: HostOptions
  readonly clock: Clock
  /** Set where this process runs one module of its program, for a host. */
  readonly role: ChildRole | undefined = childRole(process.env)
  /** Set by `run()`, so that every stop, whoever asks for it, is watched. */
  watch: ShutdownWatch | undefined
  readonly #seams: HostSeams
  readonly #remoteClients = new RemoteClientsSlot()
  readonly #root = new AbortController()
  readonly #recorder: BootRecorder
  readonly #degradations: Degradation[] = []
  readonly #status: LiveHostStatus
  #state: HostState = 'idle'
  #log: HostLog = noLog
  #declaration: HostDeclaration | undefined
  #assembly: HostAssembly | undefined
  /** The start, or the migration, with its rollback. */
  #life: Promise<void> | undefined
  /** The start, while it is under way. */
  #starting: Promise<void> | undefined
  /** What every call of `run` gets. */
  #run: Promise<void> | undefined
  /** What every call of `stop` gets. */
  #stopping: Promise<ShutdownReport> | undefined
  /** What the shutdown, or the rollback, did. */
  #ended: ShutdownReport | undefined

  constructor(options: HostOptions, seams: HostSeams = {}) {
    this.options = options
    this.#seams = seams
    this.clients = new ClientHub(this.#remoteClients)
    this.clock = options.clock ?? systemClock
    this.#recorder = new BootRecorder(this.clock)
    this.#status = new LiveHostStatus({
      clock: this.clock,
      state: () => this.#state,
      degradations: this.#degradations,
      declaration: () => this.#declaration,
      children: () => this.children,
    })
    observe(options.shutdown)
  }

  get state(): HostState {
    return this.#state
  }

  /** What the host logs to; silent until the configuration has been read. */
  get logger(): Logger {
    return this.#log.logger
  }

  /** Aborts when shutdown begins. */
  get rootSignal(): AbortSignal {
    return this.#root.signal
  }

  get registry(): ModuleRegistry {
    if (!this.#declaration && !listsItsModules(this.options)) throw new HostError('NOT_SCANNED', undefined)
    return this.#declare(this.options.modules ?? []).registry
  }

  get report(): BootReport {
    return this.#recorder.report({
      state: this.#state,
      degradations: this.#degradations,
      entries: this.#declaration?.registry.entries ?? [],
    })
  }

  get children(): readonly ChildReport[] {
    return this.#assembly?.children?.report() ?? []
  }

  module<T extends object>(moduleClass: ModuleClass<T>): T {
    return instanceOf(moduleClass, this.#declaration, this.#state)
  }

  /** The start that is under way, with its rollback; rejects as `start()` does. */
  get starting(): Promise<void> | undefined {
    return this.#starting
  }

  start(): Promise<this> {
    return this.#handOver() ?? this.#startNow()
  }

  async #startNow(): Promise<this> {
    const starting = this.#begin((limits) => this.#start(limits))
    this.#starting ??= starting
    await starting
    return this
  }

  migrate(): Promise<MigrationReport> {
    return this.#handOver() ?? this.#migrateNow()
  }

  async #migrateNow(): Promise<MigrationReport> {
    await this.#begin((limits) => this.#migrate(limits))
    return { durationMs: this.#recorder.durationMs, modules: this.#assembly?.migrations ?? [] }
  }

  async run(): Promise<void> {
    this.#run ??= this.#handOver() ?? this.#ownProcess()
    await this.#run
  }

  /** To the command line, where the program runs only to be looked at. */
  #handOver(): Promise<never> | undefined {
    return handOver(this.options, () => this.#migrateNow())
  }

  async #ownProcess(): Promise<void> {
    // Only programs that hand their process over need what handles processes.
    const { runProcess } = await import('./run-process.js')
    await runProcess(this)
  }

  stop(reason?: unknown): Promise<ShutdownReport> {
    if (this.#stopping) return this.#stopping
    let settle: (report: Promise<ShutdownReport>) => void = () => undefined
    // Remembered before anything is told: who hears of the shutdown and stops the host in turn gets this one.
    this.#stopping = new Promise((resolve) => (settle = resolve))
    settle(this.#stop(reason))
    return this.#stopping
  }

  /** Tells the children that their time is over, for a process that ends at once: what is told to end does not outlive it. */
  dropChildren(): void {
    // Nobody is left to hear that a backend cannot.
    for (const stop of this.#assembly?.stopChildren() ?? []) stop.catch(() => undefined)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('disposed')
  }

  /** Begins the one life of the host; what ended it early has been rolled back when this rejects. */
  #begin(work: (limits: HostLimits) => Promise<void>): Promise<void> {
    if (this.#state !== 'idle') {
      return Promise.reject(new HostError('ALREADY_STARTED', { what: 'The host', state: this.#state }))
    }
    this.#state = 'starting'
    this.#recorder.begin()
    // Only once the life is remembered may it begin: what ends it at once has to find it.
    this.#life = Promise.resolve().then(() => this.#live(work))
    return this.#life
  }

  async #live(work: (limits: HostLimits) => Promise<void>): Promise<void> {
    try {
      const limits = parseHostLimits(this.options)
      onShutdownRequest(this.options.shutdown, this.#root.signal, (reason) => void this.stop(reason))
      await work(limits)
    } catch (error) {
      await this.#rollBack(error)
      throw error
    }
  }

  async #start(limits: HostLimits): Promise<void> {
    const assembly = await this.#prepare(limits)
    // A child has no gateway, and whoever spawned it has looked whether there is a hub.
    if (!this.role) assertHostsPresent(this.registry)
    warnOfUnreachableDeadlines(assembly, { limits, options: this.options, watched: this.watch !== undefined })
    this.logger.info('Running full lifecycle (all phases)')
    await this.#runPhases(assembly, startPhases, limits)
    this.#assertNotCancelled()
    this.#recorder.end()
    this.#state = 'running'
    this.#status.markRunning()
    this.logger.info('Host is running', {
      duration_ms: Math.round(this.#recorder.durationMs),
      modules: this.registry.entries.length,
    })
    if (mayWrite(this.logger, 'debug')) this.logger.debug(`Boot report\n${formatBootReport(this.report)}`)
  }

  async #migrate(limits: HostLimits): Promise<void> {
    const assembly = await this.#prepare(limits, { migrates: true })
    this.logger.info('Running in migration mode (pre-init + db phases only)')
    await this.#runPhases(assembly, migrationPhases, limits)
    this.logger.info('Migration phases completed successfully')
    this.#recorder.end()
    this.#state = 'stopping'
    await this.#shutDown({ reason: 'migrated', lameDuck: false })
    this.#state = 'stopped'
  }

  async #prepare(limits: HostLimits, { migrates = false } = {}): Promise<HostAssembly> {
    this.#assertNotCancelled()
    this.#assembly = await prepareHost({
      limits,
      migrates,
      options: this.options,
      seams: this.#seams,
      clients: this.clients,
      remoteClients: this.#remoteClients,
      clock: this.clock,
      signal: this.#root.signal,
      degradations: this.#degradations,
      status: this.#status,
      role: this.role,
      declare: (classes) => this.#declare(classes),
      onLog: (log) => (this.#log = log),
    })
    return this.#assembly
  }

  #declare(classes: readonly ModuleClass[]): HostDeclaration {
    this.#declaration ??= new HostDeclaration(this.options, classes, { role: this.role })
    return this.#declaration
  }

  async #runPhases(assembly: HostAssembly, phases: readonly Phase[], { startDeadlineMs }: HostLimits): Promise<void> {
    const onOptionalFailure = (module: string, error: HostError): void => {
      assembly.giveUp(module, error)
    }
    await new PhaseRunner(assembly, { startDeadlineMs, recorder: this.#recorder, onOptionalFailure }).run(phases)
  }

  #assertNotCancelled(): void {
    if (this.#root.signal.aborted) throw new HostError('CANCELLED', { operation: 'The start of the host' })
  }

  /** Undoes a start that failed or was cancelled. */
  async #rollBack(error: unknown): Promise<void> {
    this.#recorder.end(error)
    // A start that has failed by itself is no cancelled one, although somebody may have asked for its end since.
    const cancelled = this.#root.signal.aborted && isHostError(error) && error.code === 'CANCELLED'
    this.#state = 'stopping'
    const reason = cancelled ? reasonText(this.#root.signal.reason) : 'the start failed'
    const report = this.#shutDown({ reason, lameDuck: false, startError: toError(error) })
    this.#stopping ??= report
    await report
    this.#state = cancelled ? 'stopped' : 'failed'
  }

  async #stop(reason: unknown): Promise<ShutdownReport> {
    const { state } = this
    if (state === 'idle') this.#state = 'stopped'
    if (state === 'running') this.#state = 'stopping'
    this.#root.abort(shutdownError(reason))
    if (state !== 'running') return this.#afterLife(reason)
    const report = await this.#shutDown({ reason: reasonText(reason), lameDuck: true })
    this.#state = 'stopped'
    return report
  }

  /** Waits for a start under way, which rolls itself back. */
  async #afterLife(reason: unknown): Promise<ShutdownReport> {
    // Whoever called start() gets its error; here only its end matters.
    await this.#life?.catch(() => undefined)
    return this.#ended ?? emptyShutdownReport(reasonText(reason))
  }

  async #shutDown(how: { reason: string; lameDuck: boolean; startError?: Error }): Promise<ShutdownReport> {
    this.#root.abort(shutdownError(how.reason))
    const { watch } = this
    this.#ended = this.#assembly
      ? await new Shutdown(this.#assembly, { ...how, watch, limits: parseHostLimits(this.options) }).run()
      : emptyShutdownReport(how.reason)
    if (mayWrite(this.logger, 'debug')) this.logger.debug(`Shutdown report\n${formatShutdownReport(this.#ended)}`)
    await this.#log.close()
    return this.#ended
  }
}
