import { HostError } from '@modkit/core'

export interface ListenAddress {
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
}

const HOST_AND_PORT = /^(?:\[([0-9A-Fa-f:.%]+)\]|([^\s:[\]/]+)):(\d{1,5})$/

/**
 * Reads `host:port`; an IPv6 host stands in brackets.
 *
 * @throws HostError `LISTEN_ADDRESS_INVALID`
 */
export function parseListenAddress(value: string, setting: string): ListenAddress {
  const match = HOST_AND_PORT.exec(value)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host === undefined)
    throw new HostError('LISTEN_ADDRESS_INVALID', { setting, value, reason: 'it is not host:port' })
  if (port > 65_535) throw new HostError('LISTEN_ADDRESS_INVALID', { setting, value, reason: 'the port is too large' })
  return { host, port }
}

/** `host:port`, as a URL holds it. */
export function formatAddress({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${String(port)}`
}
