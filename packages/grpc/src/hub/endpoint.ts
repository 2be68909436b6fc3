/** Where a hub is told to listen. */
export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string }

/** A text that is no address, with the reason. */
export interface BadAddress {
  readonly kind: 'bad'
  readonly reason: string
}

const HOST_AND_PORT = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/
const UNIX_PATH = /^(?:uds|unix):\/\/(\/.+)$/
const HIGHEST_PORT = 65_535

/** Reads `host:port`, `[ipv6]:port` (port 0 takes any free one), `uds:///path` or `unix:///path`. */
export function parseListenAddress(text: string): ListenAddress | BadAddress {
  const unix = UNIX_PATH.exec(text)?.[1]
  if (unix !== undefined) return { kind: 'unix', path: unix }
  const match = HOST_AND_PORT.exec(text)
  if (!match) return { kind: 'bad', reason: 'it is neither "host:port" nor "unix:///path"' }
  const port = Number(match[3])
  if (port > HIGHEST_PORT) return { kind: 'bad', reason: `a port is at most ${String(HIGHEST_PORT)}` }
  return { kind: 'tcp', host: match[1] ?? match[2] ?? '', port }
}

/** An address as configuration writes it. */
export function formatListenAddress(address: ListenAddress): string {
  return address.kind === 'unix' ? `unix://${address.path}` : `${bracketed(address.host)}:${String(address.port)}`
}

/**
 * Where clients on this machine reach what listens at `address`: `http://127.0.0.1:50051`, with TLS `https://`, or
 * `unix:///path`.
 *
 * An address that means "every interface" can be listened on but not dialled; its loopback twin takes its place.
 */
export function endpointOf(address: ListenAddress, isEncrypted = false): string {
  if (address.kind === 'unix') return formatListenAddress(address)
  return `${isEncrypted ? 'https' : 'http'}://${formatListenAddress({ ...address, host: DIALABLE[address.host] ?? address.host })}`
}

const DIALABLE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/** Whether only this machine can reach what listens at `address`. */
export function isLocalOnly(address: ListenAddress): boolean {
  return address.kind === 'unix' || address.host === '::1' || address.host.startsWith('127.')
}

/** The target that grpc-js dials for a hub's endpoint: `127.0.0.1:50051` for `http://127.0.0.1:50051`. */
export function dialTarget(endpoint: string): string {
  return endpoint.replace(/^https?:\/\//, '')
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
