import { ClientHub } from '../client-hub/client-hub.js'
import { RemoteClientsSlot } from '../client-hub/remote-clients.js'
import type { HostState } from '../context/host-status.js'
import { mayWrite, type Logger } from '../context/logger.js'
import { toError } from '../errors/error-json.js'
import { HostError, isHostError } from '../errors/host-error.js'
import type { ChildRole } from '../out-of-process/child-role.js'
import type { Phase } from '../phases/phase.js'
import { migrationPhases, startPhases } from '../phases/phases.js'
import { systemClock, type Clock } from '../time/clock.js'
import type { HostAssembly } from './assembly/assembly.js'
import { assertHostsPresent, warnOfUnreachableDeadlines } from './assembly/boot-checks.js'
import { prepareHost } from './assembly/prepare-host.js'
import { HostRecord } from './host-record.js'
import { limitsOfChild, parseHostLimits, type HostLimits } from './options/host-limits.js'
import type { HostOptions } from './options/host-options.js'
import type { HostSeams } from './options/host-seams.js'
import type { OwnedHost } from './process/owned-host.js'
import type { BootReport } from './reports/boot-report.js'
import type { MigrationReport } from './reports/migration-report.js'
import { formatBootReport, formatShutdownReport } from './reports/report-text.js'
import { emptyShutdownReport, type ShutdownReport } from './reports/shutdown-report.js'
import { reasonText, shutdownError } from './shutdown/shutdown-reason.js'
import { observe, onShutdownRequest } from './shutdown/shutdown-request.js'
import { Shutdown, type ShutdownWatch } from './shutdown/shutdown.js'
import { PhaseRunner } from './start/phase-runner.js'

/** The one life of a host, from its start to its end: the root signal, and the promises of what was asked for. */
export class HostLife implements OwnedHost {
  readonly options: HostOptions
  readonly clock: Clock
  readonly clients: ClientHub
  readonly record: HostRecord
  readonly #seams: HostSeams
  readonly #remoteClients = new RemoteClientsSlot()
  readonly #root = new AbortController()
  #watch: ShutdownWatch | undefined
  /** The start, or the migration, with its rollback. */
  #life: Promise<void> | undefined
  /** The start, while it is under way. */
  #starting: Promise<void> | undefined
  /** What every call of `stop` gets. */
  #stopping: Promise<ShutdownReport> | undefined
  /** What the shutdown, or the rollback, did. */
  #ended: ShutdownReport | undefined

  constructor(options: HostOptions, seams: HostSeams) {
    this.options = options
    this.#seams = seams
    this.clock = options.clock ?? systemClock
    this.clients = new ClientHub(this.#remoteClients)
    this.record = new HostRecord(options, this.clock)
    observe(options.shutdown)
  }

  get state(): HostState {
    return this.record.state
  }

  get role(): ChildRole | undefined {
    return this.record.role
  }

  get logger(): Logger {
    return this.record.log.logger
  }

  get report(): BootReport {
    return this.record.report
  }

  get rootSignal(): AbortSignal {
    return this.#root.signal
  }

  get starting(): Promise<void> | undefined {
    return this.#starting
  }

  watchStops(watch: ShutdownWatch): void {
    this.#watch = watch
  }

  dropChildren(): void {
    // Nobody is left to hear that a backend cannot.
    for (const stop of this.record.assembly?.stopChildren() ?? []) stop.catch(() => undefined)
  }

  start(): Promise<void> {
    const starting = this.#begin((limits) => this.#start(limits))
    this.#starting ??= starting
    return starting
  }

  async migrate(): Promise<MigrationReport> {
    await this.#begin((limits) => this.#migrate(limits))
    return { durationMs: this.record.recorder.durationMs, modules: this.record.assembly?.migrations ?? [] }
  }

  stop(reason?: unknown): Promise<ShutdownReport> {
    if (this.#stopping) return this.#stopping
    let settle: (report: Promise<ShutdownReport>) => void = () => undefined
    // Remembered before anything is told: who hears of the shutdown and stops the host in turn gets this one.
    this.#stopping = new Promise((resolve) => (settle = resolve))
    settle(this.#stop(reason))
    return this.#stopping
  }

  /** What ended the life early has been rolled back when this rejects. */
  #begin(work: (limits: HostLimits) => Promise<void>): Promise<void> {
    if (this.state !== 'idle') {
      return Promise.reject(new HostError('ALREADY_STARTED', { what: 'The host', state: this.state }))
    }
    this.record.state = 'starting'
    this.record.recorder.begin()
    // Only once the life is remembered may it begin: what ends it at once has to find it.
    this.#life = Promise.resolve().then(() => this.#live(work))
    return this.#life
  }

  async #live(work: (limits: HostLimits) => Promise<void>): Promise<void> {
    try {
      const limits = this.#limits()
      onShutdownRequest(this.options.shutdown, this.#root.signal, (reason) => void this.stop(reason))
      await work(limits)
    } catch (error) {
      await this.#rollBack(error)
      throw error
    }
  }

  async #start(limits: HostLimits): Promise<void> {
    const { record } = this
    const assembly = await this.#prepare(limits)
    // A child has no gateway, and whoever spawned it has looked whether there is a hub.
    if (!this.role) assertHostsPresent(record.registry)
    warnOfUnreachableDeadlines(assembly, { limits, options: this.options, watched: this.#watch !== undefined })
    this.logger.info('Running full lifecycle (all phases)')
    await this.#runPhases(assembly, startPhases, limits)
    this.#assertNotCancelled()
    record.recorder.end()
    record.state = 'running'
    record.status.markRunning()
    this.logger.info('Host is running', {
      durationMs: Math.round(record.recorder.durationMs),
      modules: record.registry.entries.length,
    })
    if (mayWrite(this.logger, 'debug')) this.logger.debug(`Boot report\n${formatBootReport(this.report)}`)
  }

  async #migrate(limits: HostLimits): Promise<void> {
    const assembly = await this.#prepare(limits, { migrates: true })
    this.logger.info('Running in migration mode (pre-init + db phases only)')
    await this.#runPhases(assembly, migrationPhases, limits)
    this.logger.info('Migration phases completed successfully')
    this.record.recorder.end()
    this.record.state = 'stopping'
    await this.#shutDown({ reason: 'migrated', lameDuck: false })
    this.record.state = 'stopped'
  }

  async #prepare(limits: HostLimits, { migrates = false } = {}): Promise<HostAssembly> {
    this.#assertNotCancelled()
    const { record } = this
    record.assembly = await prepareHost({
      limits,
      migrates,
      options: this.options,
      seams: this.#seams,
      clients: this.clients,
      remoteClients: this.#remoteClients,
      clock: this.clock,
      signal: this.#root.signal,
      degradations: record.degradations,
      status: record.status,
      role: this.role,
      declare: (classes) => record.declare(classes),
      onLog: (log) => (record.log = log),
    })
    return record.assembly
  }

  async #runPhases(assembly: HostAssembly, phases: readonly Phase[], { startDeadlineMs }: HostLimits): Promise<void> {
    const onOptionalFailure = (module: string, error: HostError): void => {
      assembly.giveUp(module, error)
    }
    const { recorder } = this.record
    await new PhaseRunner(assembly, { startDeadlineMs, recorder, onOptionalFailure }).run(phases)
  }

  #assertNotCancelled(): void {
    if (this.#root.signal.aborted) throw new HostError('CANCELLED', { operation: 'The start of the host' })
  }

  /** Undoes a start that failed or was cancelled. */
  async #rollBack(error: unknown): Promise<void> {
    this.record.recorder.end(error)
    // A start that has failed by itself is no cancelled one, although somebody may have asked for its end since.
    const cancelled = this.#root.signal.aborted && isHostError(error) && error.code === 'CANCELLED'
    this.record.state = 'stopping'
    const reason = cancelled ? reasonText(this.#root.signal.reason) : 'the start failed'
    const report = this.#shutDown({ reason, lameDuck: false, startError: toError(error) })
    this.#stopping ??= report
    await report
    this.record.state = cancelled ? 'stopped' : 'failed'
  }

  async #stop(reason: unknown): Promise<ShutdownReport> {
    const { state } = this
    if (state === 'idle') this.record.state = 'stopped'
    if (state === 'running') this.record.state = 'stopping'
    this.#root.abort(shutdownError(reason))
    if (state !== 'running') return this.#afterLife(reason)
    const report = await this.#shutDown({ reason: reasonText(reason), lameDuck: true })
    this.record.state = 'stopped'
    return report
  }

  #limits(): HostLimits {
    const limits = parseHostLimits(this.options)
    return this.role === undefined ? limits : limitsOfChild(limits)
  }

  /** Waits for a start under way, which rolls itself back. */
  async #afterLife(reason: unknown): Promise<ShutdownReport> {
    // Whoever called start() gets its error; here only its end matters.
    await this.#life?.catch(() => undefined)
    return this.#ended ?? emptyShutdownReport(reasonText(reason))
  }

  async #shutDown(how: { reason: string; lameDuck: boolean; startError?: Error }): Promise<ShutdownReport> {
    this.#root.abort(shutdownError(how.reason))
    const { assembly, log } = this.record
    this.#ended = assembly
      ? await new Shutdown(assembly, { ...how, watch: this.#watch, limits: this.#limits() }).run()
      : emptyShutdownReport(how.reason)
    if (mayWrite(log.logger, 'debug')) log.logger.debug(`Shutdown report\n${formatShutdownReport(this.#ended)}`)
    await log.close()
    return this.#ended
  }
}
