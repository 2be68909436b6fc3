import { attempt } from '../../errors/attempt.js'
import { isPromiseLike } from '../../time/deadline.js'
import type { HostOptions } from '../options/host-options.js'

type Stop = (reason: unknown) => void

/** The hosts that wait for one signal or promise, and how to wait for it no longer, where that is possible. */
interface Waiting {
  readonly stops: Set<Stop>
  readonly letGo: () => void
}

/**
 * What is waited for, each once for all hosts: a reaction cannot be taken off a promise again, and Node suspects a leak
 * behind more than ten listeners of a signal.
 */
const pending = new WeakMap<object, Waiting>()

/**
 * Calls `stop` when the signal or promise of the option `shutdown` says so, unless the host has `ended` by itself before:
 * what was given may outlive many hosts, and holds none of them any longer. A promise that rejects counts as well.
 */
export function onShutdownRequest(shutdown: HostOptions['shutdown'], ended: AbortSignal, stop: Stop): void {
  if (shutdown === undefined || shutdown === 'signals' || ended.aborted) return
  if (isAbortSignal(shutdown) && shutdown.aborted) {
    stop(shutdown.reason)
    return
  }
  const { stops, letGo } = isAbortSignal(shutdown) ? waitForAbort(shutdown) : waitForSettling(shutdown)
  stops.add(stop)
  const forget = (): void => {
    stops.delete(stop)
    if (stops.size === 0) letGo()
  }
  ended.addEventListener('abort', forget, { once: true })
}

function waitForAbort(shutdown: AbortSignal): Waiting {
  return remember(shutdown, (settle) => {
    const onAbort = (): void => settle(shutdown.reason)
    shutdown.addEventListener('abort', onAbort, { once: true })
    return () => {
      shutdown.removeEventListener('abort', onAbort)
      pending.delete(shutdown)
    }
  })
}

function waitForSettling(shutdown: PromiseLike<unknown>): Waiting {
  return remember(shutdown, (settle) => {
    Promise.resolve(shutdown).then(() => settle('the shutdown promise resolved'), settle)
    return () => undefined
  })
}

function remember(shutdown: object, wait: (settle: (reason: unknown) => void) => () => void): Waiting {
  const known = pending.get(shutdown)
  if (known) return known
  const stops = new Set<Stop>()
  const settle = (reason: unknown): void => {
    pending.delete(shutdown)
    for (const stop of [...stops]) stop(reason)
  }
  const waiting = { stops, letGo: wait(settle) }
  pending.set(shutdown, waiting)
  return waiting
}

/**
 * Lets a promise that was given as `shutdown` reject without becoming an unhandled rejection, also while the host does not
 * look at it: before its start, or when it never starts. Never throws, whatever was given.
 */
export function observe(shutdown: unknown): void {
  // What a start finds wrong with the option, it reports itself.
  attempt(() => isPromiseLike(shutdown) && waitForSettling(shutdown), undefined)
}

function isAbortSignal(value: AbortSignal | Promise<unknown>): value is AbortSignal {
  return 'aborted' in value
}
