import type { ClientHub } from '../client-hub/client-hub.js'
import type { HostState } from '../context/host-status.js'
import type { ModuleClass } from '../module/module-class.js'
import type { ChildReport } from '../out-of-process/supervisor/child-report.js'
import type { ModuleRegistry } from '../registry/module-registry.js'
import type { BootReport } from './reports/boot-report.js'
import type { MigrationReport } from './reports/migration-report.js'
import type { ShutdownReport } from './reports/shutdown-report.js'

/** Owns modules and drives them through their life, once. */
export interface Host extends AsyncDisposable {
  readonly state: HostState
  /**
   * The modules in their order. Built on first access.
   *
   * @throws HostError what is wrong with modules or configuration; `NOT_SCANNED` before the start of a host that scans
   */
  readonly registry: ModuleRegistry
  readonly clients: ClientHub
  /** What the start has done so far. */
  readonly report: BootReport
  /** The processes that the moved modules run in, as they are now: state, restarts, memory, history. Plain data. */
  readonly children: readonly ChildReport[]
  /**
   * The instance of a module.
   *
   * @throws HostError `MODULE_NOT_FOUND` before it is constructed, and where it does not run in this process
   */
  module<T extends object>(moduleClass: ModuleClass<T>): T
  /**
   * Phases 1 to 8. Resolves when the host runs.
   *
   * @throws HostError after everything that was started has been stopped again: `REGISTRY_INVALID`, `CONFIG_INVALID`,
   * `PHASE_FAILED`, `CANCELLED`, or `ALREADY_STARTED`, because a host lives once
   */
  start(): Promise<this>
  /** Stops what runs and resolves with what happened; also ends a start under way. Every call gets the same. Never rejects. */
  stop(reason?: unknown): Promise<ShutdownReport>
  /**
   * The whole life of a process: start, wait, stop. Installs signal handlers, watches its own shutdown, prints what fails
   * and sets the exit code. Never rejects.
   */
  run(): Promise<void>
  /** Phases 1 and 2 only: databases are brought up to date, and everything is closed again. */
  migrate(): Promise<MigrationReport>
}
