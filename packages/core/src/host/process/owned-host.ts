import type { HostState } from '../../context/host-status.js'
import type { Logger } from '../../context/logger.js'
import type { ChildRole } from '../../out-of-process/child-role.js'
import type { Clock } from '../../time/clock.js'
import type { HostOptions } from '../options/host-options.js'
import type { BootReport } from '../reports/boot-report.js'
import type { ShutdownReport } from '../reports/shutdown-report.js'
import type { ShutdownWatch } from '../shutdown/shutdown.js'

/** What `run()` needs of the host whose process it looks after. */
export interface OwnedHost {
  readonly options: HostOptions
  readonly clock: Clock
  readonly logger: Logger
  /** Set in a child, which ends when its host says so. */
  readonly role: ChildRole | undefined
  readonly state: HostState
  readonly report: BootReport
  /** Aborts when shutdown begins. */
  readonly rootSignal: AbortSignal
  /** The start that is under way, with its rollback; rejects as `start()` does. */
  readonly starting: Promise<void> | undefined
  start(): Promise<void>
  /** Idempotent; waits for a start under way. */
  stop(reason?: unknown): Promise<ShutdownReport>
  /** Every stop from now on, whoever asks for it, is watched. */
  watchStops(watch: ShutdownWatch): void
  /** Tells the children that their time is over, for a process that ends at once: what is told to end does not outlive it. */
  dropChildren(): void
}
