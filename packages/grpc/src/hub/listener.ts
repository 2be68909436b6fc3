import { lookup } from 'node:dns/promises'
import { chmodSync } from 'node:fs'
import { createServer, type AddressInfo, type ListenOptions, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type Server as TlsServer, type TLSSocket } from 'node:tls'
import { isMainThread } from 'node:worker_threads'
import { HostError, type Clock } from '@modkit/core'
import { messageOf, type TlsOptions } from '@modkit/core/spi'
import { endpointOf, formatListenAddress, type ListenAddress } from './endpoint.js'
import { orAborted } from '../or-aborted.js'
import { closeLingering } from './lingering.js'
import { removeStaleSocket } from './stale-socket.js'

/** Only the user that runs the host may connect. */
const SOCKET_MODE = 0o600
const SOCKET_UMASK = 0o177

/** How long a client may take to agree on encryption. */
const HANDSHAKE_MS = 5_000

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
  /** With what connections are encrypted from now on, where they are. */
  renew(tls: TlsOptions): void
}

export interface ListenerOptions {
  /** How many connections there may be at once; what is beyond is closed. */
  readonly maxConnections: number
  /** Encrypts connections; left out, they are plain. */
  readonly tls?: TlsOptions | undefined
  readonly clock: Clock
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
  const { maxConnections, onError, signal } = options
  const connections = new Set<Socket>()
  const server = createDoor(options)
  server.maxConnections = maxConnections
  server.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
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
    endpoint: endpointOf(bound, isTlsServer(server)),
    close: () => new Promise((resolve) => server.close(() => resolve())),
    destroyConnections: () => {
      for (const connection of connections) connection.destroy()
    },
    renew: (tls) => {
      if (isTlsServer(server)) server.setSecureContext(tls)
    },
  }
}

function createDoor({ tls, clock, accept: take }: ListenerOptions): Server | TlsServer {
  const accept = (socket: Socket): void => {
    closeLingering(socket, clock)
    take(socket)
  }
  if (tls === undefined) return createServer({ noDelay: true }, accept)
  const options = { ...tls, noDelay: true, ALPNProtocols: ['h2'], handshakeTimeout: HANDSHAKE_MS }
  return createTlsServer(options, (socket: TLSSocket) => {
    // Who does not say what it speaks is not one of ours: every gRPC client does.
    if (socket.alpnProtocol === 'h2') accept(socket)
    else socket.destroy()
  })
}

function isTlsServer(server: Server | TlsServer): server is TlsServer {
  return 'setSecureContext' in server
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
    const listen = (): void => {
      server.listen(options, () => {
        server.off('error', reject)
        resolve()
      })
    }
    if (options.path === undefined) listen()
    else listenInPrivate(listen)
    // Where there is no mask to set, in a worker, nothing can be accepted before the mode is set, either.
    if (options.path !== undefined && server.listening) chmodSync(options.path, SOCKET_MODE)
  })
}

/** The file of a socket is there from the moment it is bound: it must not be open to others even for that moment. */
function listenInPrivate(listen: () => void): void {
  const before = isMainThread ? process.umask(SOCKET_UMASK) : undefined
  try {
    listen()
  } finally {
    if (before !== undefined) process.umask(before)
  }
}

function boundAddress(server: Server, wanted: ListenAddress): ListenAddress {
  if (wanted.kind === 'unix') return wanted
  // A TCP server that listens has an address with a port.
  const { address, port } = server.address() as AddressInfo
  return { kind: 'tcp', host: address, port }
}
