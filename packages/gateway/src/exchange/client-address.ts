import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import { plainAddress, withoutMapping } from './plain-address.js'

const UNKNOWN = 'unknown'

/**
 * The address that a request came from. Behind proxies it is what the outermost of them saw: `trustedProxies` says how many
 * there are, each of which adds an address to `x-forwarded-for`. What stands further left anybody can have written.
 */
export function clientAddressOf(request: IncomingMessage, trustedProxies: number): string {
  if (trustedProxies > 0) {
    const forwarded = request.headers['x-forwarded-for']
    const hops = typeof forwarded === 'string' ? forwarded.split(',') : []
    const seen = plainAddress(withoutPort((hops.at(-trustedProxies) ?? hops[0] ?? '').trim()))
    if (seen !== undefined) return seen
  }
  return withoutMapping(request.socket.remoteAddress ?? UNKNOWN)
}

/** `1.2.3.4:5678`, `[::1]:5678` and `[::1]`, as some proxies write an address. */
function withoutPort(hop: string): string {
  const [, inBrackets, ipv4] = /^(?:\[([^\]]*)\]|([\d.]+))(?::\d{1,5})?$/.exec(hop) ?? []
  return inBrackets ?? ipv4 ?? hop
}

/** What counts as one client: an address in its plain form, of IPv6 the network of 64 bits that one customer gets. */
export function clientGroupOf(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail = ''] = address.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
  return [...front, ...zeros, ...back].slice(0, 4).join(':')
}
