import { messageOf } from '../../errors/error-json.js'

/** The reason of the root signal: an error as every API that takes a signal expects it, which still knows why. */
class ShutdownError extends Error {
  override readonly name = 'AbortError'
  readonly reason: string

  constructor(reason: string) {
    super(`The host is shutting down: ${reason}.`)
    this.reason = reason
  }
}

/** What the root signal aborts with. Whoever throws the reason of a signal throws an `AbortError`. */
export function shutdownError(reason: unknown): Error {
  return new ShutdownError(reasonText(reason))
}

/** Why a host stops, for people. */
export function reasonText(reason: unknown): string {
  if (reason === undefined) return 'requested'
  if (reason instanceof ShutdownError) return reason.reason
  return typeof reason === 'string' ? reason : messageOf(reason)
}
