import { createHash, sign, verify, type KeyObject } from 'node:crypto'
import { HostError, type SecurityContext } from '@modkit/core'
import { frozenSecurity, messageOf } from '@modkit/core/spi'

/**
 * Who is calling, and who vouches for it, as bytes: version (1 byte), id of the key (8), signature (64), then JSON.
 *
 * Ed25519 over the version, the id and the JSON, with a text in front that no other use of the key begins with.
 */
const VERSION = 1
const KEY_ID_BYTES = 8
const SIGNATURE_BYTES = 64
const HEAD_BYTES = 1 + KEY_ID_BYTES
const PAYLOAD_AT = HEAD_BYTES + SIGNATURE_BYTES
const PURPOSE = Buffer.from('modkit caller\0')

/** Peers refuse heads of more than 8 KiB; base64 and the other headers need their part of it. */
const LARGEST_BYTES = 4_096

/** Between which times, in milliseconds since the epoch, a token is good. */
export interface Validity {
  readonly fromMs: number
  readonly untilMs: number
}

export interface CallerToken extends Validity {
  readonly security: SecurityContext
}

/** One that may vouch. */
export interface VouchingKey {
  readonly id: Buffer
  readonly key: KeyObject
}

/** A key with its id, which whoever has the public half knows too. */
export function vouchingKey(key: KeyObject, publicKey: Buffer): VouchingKey {
  return { key, id: createHash('sha256').update(publicKey).digest().subarray(0, KEY_ID_BYTES) }
}

/** @throws HostError `CALLER_UNSENDABLE` for claims that JSON cannot say, and for a token that no peer would take */
export function encodeCaller({ security, fromMs, untilMs }: CallerToken, { id, key }: VouchingKey): Buffer {
  const { subject, tenant, scopes, claims } = security
  const payload = toJson({ sub: subject, ten: tenant, scp: scopes, clm: claims, nbf: fromMs, exp: untilMs })
  const head = Buffer.concat([Buffer.of(VERSION), id])
  const token = Buffer.concat([head, sign(null, signed(head, payload), key), payload])
  if (token.byteLength <= LARGEST_BYTES) return token
  throw unsendable(`it takes ${String(token.byteLength)} bytes, and ${String(LARGEST_BYTES)} is the most`)
}

function toJson(payload: object): Buffer {
  try {
    return Buffer.from(JSON.stringify(payload))
  } catch (error) {
    throw unsendable(messageOf(error))
  }
}

function unsendable(reason: string): HostError {
  return new HostError('CALLER_UNSENDABLE', { reason })
}

function signed(head: Uint8Array, payload: Uint8Array): Buffer {
  return Buffer.concat([PURPOSE, head, payload])
}

/** @throws HostError `CALLER_NOT_VOUCHED` when none of `keys` made the bytes; not for their age */
export function decodeCaller(bytes: Buffer, keys: readonly VouchingKey[]): CallerToken {
  if (bytes.byteLength <= PAYLOAD_AT || bytes.byteLength > LARGEST_BYTES || bytes[0] !== VERSION)
    throw notVouched('what it carries is no caller')
  const head = bytes.subarray(0, HEAD_BYTES)
  const payload = bytes.subarray(PAYLOAD_AT)
  const signature = bytes.subarray(HEAD_BYTES, PAYLOAD_AT)
  const named = keys.find(({ id }) => id.equals(head.subarray(1)))
  if (named === undefined) throw notVouched('nobody that is trusted here has signed it')
  if (!verify(null, signed(head, payload), named.key, signature)) throw notVouched('its signature does not fit')
  return read(payload)
}

export function notVouched(reason: string): HostError {
  return new HostError('CALLER_NOT_VOUCHED', { reason })
}

/** As JSON has it, if it is one: {@link frozenSecurity} says so. */
interface Payload {
  readonly sub: string
  readonly scp: readonly string[]
  readonly ten?: string
  readonly clm?: Readonly<Record<string, unknown>>
  readonly nbf: unknown
  readonly exp: unknown
}

/** What was signed was written by {@link encodeCaller}, perhaps by another version of it. */
function read(payload: Buffer): CallerToken {
  try {
    const { sub, ten, scp, clm, nbf, exp } = JSON.parse(payload.toString()) as Payload
    const security = frozenSecurity({
      subject: sub,
      scopes: scp,
      ...(ten !== undefined && { tenant: ten }),
      ...(clm !== undefined && { claims: clm }),
    })
    return { security, fromMs: Number(nbf), untilMs: Number(exp) }
  } catch {
    // Signed by somebody who is trusted, and yet no caller: it is worth as much as none.
    throw notVouched('what is signed is no caller')
  }
}
