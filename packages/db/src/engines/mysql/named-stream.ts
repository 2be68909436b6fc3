import { connect, isIP, type Socket } from 'node:net'

/** Where a socket leads, as Node's TLS reads it where it is given the socket alone. */
interface NamedSocket {
  _host: string
}

export interface Place {
  readonly host: string
  readonly port: number
}

/**
 * The connection to an address, for mysql2 to speak TLS over; `undefined` for a name, of which it takes care itself.
 *
 * Of an address it says nothing to Node, which then holds the certificate against "localhost": a server would be taken for
 * one that it is not.
 */
export function namedStream({ host, port }: Place): (() => Socket) | undefined {
  if (isIP(host) === 0) return undefined
  return () =>
    Object.assign(connect({ host, port, keepAlive: true, noDelay: true }), { _host: host } satisfies NamedSocket)
}
