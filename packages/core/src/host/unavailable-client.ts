import { HostError } from '../errors/host-error.js'

/**
 * Stands for the client of an optional module that failed: every method exists, and every call rejects with
 * `CLIENT_UNAVAILABLE`.
 */
export function unavailableClient(client: string, module: string): object {
  const reject = (): Promise<never> => Promise.reject(new HostError('CLIENT_UNAVAILABLE', { client, module }))
  return new Proxy(
    {},
    {
      get(_target, property) {
        // Symbols and `then` are how the language and libraries look at an object; it is no promise and no iterable.
        return typeof property === 'symbol' || property === 'then' ? undefined : reject
      },
      has: (_target, property) => typeof property === 'string' && property !== 'then',
    },
  )
}
