import { HostError } from '../../errors/host-error.js'
import { LEFT_BEHIND } from '../../phases/hosted-module.js'
import type { Clock } from '../../time/clock.js'
import { GRACE_MS, isPromiseLike, settleWithin } from '../../time/deadline.js'

export interface TwoPhaseOptions {
  readonly operation: string
  readonly clock: Clock
  /** When the signal that the work was given aborts. */
  readonly deadlineMs: number
  /** How long after that the work is left behind. Default one second. */
  readonly graceMs?: number
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
  { operation, clock, deadlineMs, graceMs = GRACE_MS, onDeadline }: TwoPhaseOptions,
): Promise<TwoPhaseResult> {
  const startedAt = clock.monotonic()
  const elapsedMs = (): number => clock.monotonic() - startedAt
  const controller = new AbortController()
  const timer = clock.after(deadlineMs, () => {
    onDeadline?.()
    controller.abort()
  })
  const finish = (outcome: TwoPhaseResult['outcome'], error?: unknown): TwoPhaseResult => {
    timer.cancel()
    return { outcome, durationMs: elapsedMs(), ...(error !== undefined && { error }) }
  }
  const leftBehind = (): HostError =>
    new HostError('DEADLINE_EXCEEDED', { operation, afterMs: Math.round(elapsedMs()) })
  try {
    const result = work(controller.signal)
    if (!isPromiseLike(result)) return finish('done')
    const settled = await settleWithin(result, { operation, clock, afterMs: deadlineMs + graceMs })
    if (settled.kind === 'failed') return finish('failed', settled.error)
    const isDone = settled.kind === 'done' && settled.value !== LEFT_BEHIND
    return isDone ? finish('done') : finish('abandoned', leftBehind())
  } catch (error) {
    return finish('failed', error)
  }
}
