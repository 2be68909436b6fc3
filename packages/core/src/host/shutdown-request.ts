import { attempt } from '../errors/attempt.js'
import type { HostOptions } from './host-options.js'

/**
 * Calls `stop` when the signal or promise of the option `shutdown` says so, unless the host has `ended` by itself before.
 * A promise that rejects counts as well.
 */
export function onShutdownRequest(
  shutdown: HostOptions['shutdown'],
  ended: AbortSignal,
  stop: (reason: unknown) => void,
): void {
  if (shutdown === undefined || shutdown === 'signals') return
  if (!isAbortSignal(shutdown)) {
    shutdown.then(() => {
      stop('the shutdown promise resolved')
    }, stop)
    return
  }
  const onAbort = (): void => {
    stop(shutdown.reason)
  }
  if (shutdown.aborted) onAbort()
  else shutdown.addEventListener('abort', onAbort, { once: true, signal: ended })
}

/**
 * Lets a promise that was given as `shutdown` reject without becoming an unhandled rejection, also while the host does not
 * look at it: before its start, or when it never starts. Never throws, whatever was given.
 */
export function observe(shutdown: unknown): void {
  // What a start finds wrong with the option, it reports itself.
  attempt(() => {
    const { then } = Object(shutdown) as { then?: unknown }
    if (typeof then === 'function') Reflect.apply(then, shutdown, [ignore, ignore])
  }, undefined)
}

const ignore = (): void => undefined

function isAbortSignal(value: AbortSignal | Promise<unknown>): value is AbortSignal {
  return 'aborted' in value
}
