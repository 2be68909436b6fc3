import { hostname } from 'node:os'
import type { Clock } from '@modkit/core'
import { HostError } from '@modkit/core'
import { cancelled, isAborted } from '../../cancellation/abortable.js'
import { LOCK_WAIT_MS } from '../database-engine.js'

/** How long one attempt waits on the server; between two of them a cancellation is heard. */
export const ATTEMPT_MS = 250

/** How long a server may take to answer on the connection of a lock, which the driver sees to: longer, and it has gone. */
export const ANSWER_MS = 10_000

export interface LockWait {
  readonly module: string
  readonly clock: Clock
  readonly signals: readonly AbortSignal[]
}

export interface LockAttempts {
  /** Waits on the server for {@link ATTEMPT_MS} at most; whether it has the lock now. */
  readonly attempt: () => Promise<boolean>
  /** Who has it, for people. */
  readonly holder: () => Promise<string>
}

/**
 * Attempts until the lock is there.
 *
 * @throws HostError `MIGRATION_LOCKED` naming the holder, `CANCELLED`
 */
export async function waitForLock(
  { module, clock, signals }: LockWait,
  { attempt, holder }: LockAttempts,
): Promise<void> {
  const startedAt = clock.monotonic()
  while (!(await attempt())) {
    if (isAborted(signals)) throw cancelled(`Waiting for the migration lock of module "${module}"`, signals)
    const waitedMs = Math.round(clock.monotonic() - startedAt)
    if (waitedMs >= LOCK_WAIT_MS) throw new HostError('MIGRATION_LOCKED', { module, holder: await holder(), waitedMs })
  }
}

/** Who this process is, as the holder of a lock is named to those who wait. */
export function ownName(module: string): string {
  return `process ${String(process.pid)} on ${hostname()} (module "${module}")`
}
