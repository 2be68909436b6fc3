import { messageOf } from '../errors/error-json.js'

/** Why a host stops, for people. */
export function reasonText(reason: unknown): string {
  if (reason === undefined) return 'requested'
  if (typeof reason === 'string') return reason
  return messageOf(reason)
}
