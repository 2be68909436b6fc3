import { isIP } from 'node:net'

const IPV4 = 4
const IPV6 = 6

/** An IPv4 address within one of IPv6, as URLs write it. */
const MAPPED = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/

/**
 * An address that somebody has written, in the one form that a socket would show; `undefined` for what is none. Of IPv6 there are
 * many ways to write one address, each of which would pass for another client.
 */
export function plainAddress(written: string): string | undefined {
  const version = isIP(written)
  if (version === IPV4) return written
  return version === IPV6 ? plainIPv6(written) : undefined
}

/** An IPv4 address as a socket of both families shows it. */
export function withoutMapping(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}

function plainIPv6(written: string): string {
  // The zone of an address means something to the machine alone that has written it.
  const [address = ''] = written.split('%', 1)
  // A fifth of what SocketAddress of node:net takes.
  const plain = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [, high, low] = MAPPED.exec(plain) ?? []
  return high === undefined || low === undefined ? plain : `${bytePair(high)}.${bytePair(low)}`
}

function bytePair(hexadecimal: string): string {
  const value = Number.parseInt(hexadecimal, 16)
  return `${String(value >> 8)}.${String(value & 0xff)}`
}
