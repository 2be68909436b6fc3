import { HostError } from '../../errors/host-error.js'

/**
 * How the language and libraries look at any object: none of these is a call of the client. So it is no promise, and can be
 * logged, compared and written into a text.
 */
const ORDINARY: ReadonlySet<string> = new Set(['constructor', 'inspect', 'then', 'toJSON', 'toString', 'valueOf'])

/**
 * Stands for the client of an optional module that failed: every method exists, the client itself can be called, and every
 * call rejects with `CLIENT_UNAVAILABLE`.
 */
export function unavailableClient(client: string, module: string): object {
  const target = (): Promise<never> => rejection(client, module)
  Object.defineProperty(target, 'toString', { value: () => `[unavailable client "${client}"]` })
  return new Proxy(target, {
    get(_target, property) {
      if (isCall(property)) return target
      return typeof property === 'symbol' ? undefined : (Reflect.get(target, property) as unknown)
    },
    has: (_target, property) => isCall(property),
  })
}

function isCall(property: string | symbol): property is string {
  return typeof property === 'string' && !ORDINARY.has(property)
}

function rejection(client: string, module: string): Promise<never> {
  const rejected = Promise.reject(new HostError('CLIENT_UNAVAILABLE', { client, module }))
  // Whoever awaits it sees it; a call that nobody waits for must not end the process as an unhandled rejection.
  rejected.catch(() => undefined)
  return rejected
}
