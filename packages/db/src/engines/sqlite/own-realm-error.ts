import { isErrorLike } from '@modkit/core/spi'

/**
 * An error of the driver as one that this realm knows as an error.
 *
 * The driver keeps the error class of the first realm that loaded it. Test runners that give each file a realm of its own
 * would see, from the second file on, an object that `instanceof Error` denies.
 */
export function ownRealmError(error: unknown): unknown {
  if (isErrorLike(error)) return error
  const { message, code } = (error ?? {}) as { message?: unknown; code?: unknown }
  if (typeof message !== 'string') return error
  return Object.assign(new Error(message, { cause: error }), { name: 'SqliteError', code })
}
