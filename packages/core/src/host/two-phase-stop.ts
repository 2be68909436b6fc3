import { HostError } from '../errors/host-error.js'
import { LEFT_BEHIND } from '../phases/hosted-module.js'
import { GRACE_MS, isPromiseLike, settleWithin } from '../time/deadline.js'
import type { Clock } from '../time/clock.js'

export interface TwoPhaseOptions {
  readonly operation: string
  readonly clock: Clock
  /** When the signal that the work was given aborts. One more second, and the work is left behind. */
  readonly deadlineMs: number
  /** Called when the deadline passes. */
  readonly onDeadline?: () => void
}

export interface TwoPhaseResult {
  readonly outcome: 'done' | 'failed' | 'abandoned'
  readonly durationMs: number
  readonly error?: unknown
}

/**
 * Asks for an orderly end, then demands it: `work` gets a fresh signal that aborts at the deadline, and one second after
 * that it is left behind. Never rejects.
 */
export async function stopInTwoPhases(
  work: (deadline: AbortSignal) => unknown,
  { operation, clock, deadlineMs, onDeadline }: TwoPhaseOptions,
): Promise<TwoPhaseResult> {
  const startedAt = clock.monotonic()
  const controller = new AbortController()
  const timer = clock.after(deadlineMs, () => {
    onDeadline?.()
    controller.abort()
  })
  const finish = (outcome: TwoPhaseResult['outcome'], error?: unknown): TwoPhaseResult => {
    timer.cancel()
    return { outcome, durationMs: clock.monotonic() - startedAt, ...(error !== undefined && { error }) }
  }
  const tooLate = (): HostError => new HostError('DEADLINE_EXCEEDED', { operation, afterMs: deadlineMs })
  try {
    const result = work(controller.signal)
    if (!isPromiseLike(result)) return finish('done')
    const settled = await settleWithin(result, { operation, clock, afterMs: deadlineMs + GRACE_MS })
    if (settled.kind === 'done') return settled.value === LEFT_BEHIND ? finish('abandoned', tooLate()) : finish('done')
    return finish(settled.kind === 'failed' ? 'failed' : 'abandoned', settled.error)
  } catch (error) {
    return finish('failed', error)
  }
}
