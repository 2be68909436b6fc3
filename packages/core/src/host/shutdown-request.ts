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

function isAbortSignal(value: AbortSignal | Promise<unknown>): value is AbortSignal {
  return 'aborted' in value
}
