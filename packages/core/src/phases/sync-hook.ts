import { HostError } from '../errors/host-error.js'
import { isPromiseLike } from '../time/deadline.js'

/**
 * Calls a hook that must answer at once.
 *
 * @throws HostError `HOOK_MUST_BE_SYNC` when it returns a promise, whose outcome nobody will see
 */
export function syncHook<T>(module: string, hook: string, call: () => T): T {
  const result = call()
  if (!isPromiseLike(result)) return result
  // The hook is refused as it is; a rejection on top must not end the process as an unhandled one.
  Promise.resolve(result).catch(() => undefined)
  throw new HostError('HOOK_MUST_BE_SYNC', { module, hook })
}
