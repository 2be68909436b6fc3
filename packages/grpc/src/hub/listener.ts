import { lookup } from 'node:dns/promises'
import { chmodSync } from 'node:fs'
import { createServer, type AddressInfo, type ListenOptions, type Server, type Socket } from 'node:net'
import { HostError } from '@modkit/core'
import { messageOf } from '@modkit/core/spi'
import { endpointOf, formatListenAddress, type ListenAddress } from './endpoint.js'
import { orAborted } from '../or-aborted.js'
import { removeStaleSocket } from './stale-socket.js'

/** Only the user that runs the host may connect. */
const SOCKET_MODE = 0o600

/** An open door, and whoever came in through it. */
export interface Listener {
  /** What is really listened on: the address behind a host name, the port that the system chose for 0. */
  readonly address: ListenAddress
  /** Where clients on this machine reach it. */
  readonly endpoint: string
  /** Stop accepting. Resolves when the last connection has ended; a socket's file is gone at once. */
  close(): Promise<void>
  /** Cut every connection. */
  destroyConnections(): void
}

export interface ListenerOptions {
  /** How many connections there may be at once; what is beyond is closed. */
  readonly maxConnections: number
  readonly accept: (connection: Socket) => void
  /** Told when a connection could not be accepted, for example because the process has too many open files. */
  readonly onError: (error: Error) => void
  /** Ends the attempt to listen. */
  readonly signal: AbortSignal
}

/**
 * Listens at `address` and hands every connection to `accept`.
 *
 * @throws HostError `BIND_FAILED`; the reason of `signal` when it aborts first
 */
export async function openListener(address: ListenAddress, options: ListenerOptions): Promise<Listener> {
  const { accept, maxConnections, onError, signal } = options
  const connections = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
    accept(socket)
  })
  server.maxConnections = maxConnections
  try {
    await bind(server, await orAborted(prepare(address), signal))
    signal.throwIfAborted()
  } catch (error) {
    server.close()
    signal.throwIfAborted()
    throw new HostError(
      'BIND_FAILED',
      { address: formatListenAddress(address), reason: messageOf(error) },
      { cause: error },
    )
  }
  server.on('error', onError)
  const bound = boundAddress(server, address)
  return {
    address: bound,
    endpoint: endpointOf(bound),
    close: () => new Promise((resolve) => server.close(() => resolve())),
    destroyConnections: () => {
      for (const connection of connections) connection.destroy()
    },
  }
}

/** A host name is resolved to one address, so that half of a name's addresses cannot be bound while the other half is taken. */
async function prepare(address: ListenAddress): Promise<ListenOptions> {
  if (address.kind === 'tcp') return { host: (await lookup(address.host)).address, port: address.port }
  await removeStaleSocket(address.path)
  return { path: address.path }
}

function bind(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options, () => {
      server.off('error', reject)
      resolve()
    })
    // The file exists since listen() returned: no connection can be accepted before its mode is set.
    if (options.path !== undefined && server.listening) chmodSync(options.path, SOCKET_MODE)
  })
}

function boundAddress(server: Server, wanted: ListenAddress): ListenAddress {
  if (wanted.kind === 'unix') return wanted
  // A TCP server that listens has an address with a port.
  const { address, port } = server.address() as AddressInfo
  return { kind: 'tcp', host: address, port }
}
