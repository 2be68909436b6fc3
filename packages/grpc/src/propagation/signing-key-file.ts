import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { HostError } from '@modkit/core'
import { messageOf } from '@modkit/core/spi'

/**
 * The key that hosts share which vouch for callers towards one another.
 *
 * @throws HostError `SIGNING_KEY_INVALID` for a file that cannot be read, or holds no Ed25519 private key in PEM
 */
export function readSigningKey(file: string): KeyObject {
  const invalid = (reason: string, cause?: unknown): HostError =>
    new HostError('SIGNING_KEY_INVALID', { file, reason: reason.replace(/\.$/, '') }, { cause })
  let key: KeyObject
  try {
    key = createPrivateKey(readFileSync(file))
  } catch (error) {
    throw invalid(messageOf(error), error)
  }
  if (key.asymmetricKeyType !== 'ed25519') throw invalid(`it is a key of the kind ${String(key.asymmetricKeyType)}`)
  return key
}
