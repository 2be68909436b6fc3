/** Where a client connects to. */
export type DialAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: boolean }
  | { readonly kind: 'unix'; readonly path: string }

const UNIX = /^unix:\/\/(\/.+)$/
const TCP = /^(https?):\/\/(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]@?#]+)):(\d{1,5})\/?$/
const HIGHEST_PORT = 65_535

/** Reads `http://host:port`, `https://host:port` or `unix:///path`; `undefined` for what nobody can dial. */
export function parseEndpoint(endpoint: string): DialAddress | undefined {
  const path = UNIX.exec(endpoint)?.[1]
  if (path !== undefined) return { kind: 'unix', path }
  const match = TCP.exec(endpoint)
  const port = Number(match?.[4])
  if (!match || port === 0 || port > HIGHEST_PORT) return undefined
  return { kind: 'tcp', host: match[2] ?? match[3] ?? '', port, tls: match[1] === 'https' }
}

/** The target that grpc-js dials for an address. */
export function targetOf(address: DialAddress): string {
  if (address.kind === 'unix') return `unix:${address.path}`
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  return `dns:${host}:${String(address.port)}`
}
