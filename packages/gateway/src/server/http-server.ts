import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https'
import { Server as NetServer, type AddressInfo, type Socket } from 'node:net'
import { HostError, type Clock, type Logger, type Problem } from '@modkit/core'
import { messageOf, readTlsFiles, TlsWatch, type TlsSettings } from '@modkit/core/spi'
import type { IncomingRequest } from '../exchange/incoming-request.js'
import type { OutgoingResponse } from '../exchange/outgoing-response.js'
import type { BornMessages } from '../express/born-messages.js'
import { gatewayProblems } from '../problem/gateway-problems.js'
import { answerClientError } from './client-error.js'
import { Connections } from './connections.js'
import { InFlight } from './in-flight.js'
import { formatAddress, type ListenAddress } from './listen-address.js'
import { QueuedAnswers } from './queued-answers.js'

export interface HttpServerSettings {
  readonly tls: TlsSettings | undefined
  /** How long the head of a request may take. */
  readonly headersTimeoutMs: number
  /** How long a request, its body included, may take to arrive. */
  readonly requestTimeoutMs: number
  /** How long a connection without requests stays open. */
  readonly keepAliveTimeoutMs: number
}

export interface HttpServerOptions {
  readonly messages: BornMessages
  readonly settings: HttpServerSettings
  readonly clock: Clock
  readonly logger: Logger
  readonly serve: (request: IncomingMessage, response: ServerResponse) => void
  /** Answers what HTTP itself forbids. */
  readonly refuse: (request: IncomingMessage, response: ServerResponse, problem: Problem) => void
}

/**
 * How long a connection that has just come may take, once the server drains, to say what it wants: it was made when the server
 * still took on connections, and its request is perhaps on its way.
 */
const FRESH_MS = 200

/** Somebody who connects, or asks, without end does not keep the server open. */
const MOST_TURNS = 1_000

/** The first turn may end in the midst of what the event loop was at: only the second has looked at every connection. */
const WHOLE_TURNS = 2

/** How often Node looks for requests that are too slow. */
const SLOW_REQUEST_CHECK_MS = 1_000

type PlainServer = Server<typeof IncomingRequest, typeof OutgoingResponse>
type TlsServer = SecureServer<typeof IncomingRequest, typeof OutgoingResponse>

/** The socket side: binds, counts what is in flight, drains, closes. */
export class HttpServer {
  readonly #server: PlainServer | TlsServer
  readonly #inFlight = new InFlight()
  readonly #queued = new QueuedAnswers()
  readonly #connections: Connections
  readonly #options: HttpServerOptions
  #tlsWatch: TlsWatch | undefined
  /** How many requests there have been. */
  #begun = 0
  #bound: ListenAddress | undefined
  #drained: Promise<void> | undefined

  /** @throws HostError `TLS_FILES_INVALID` */
  constructor(options: HttpServerOptions) {
    this.#options = options
    this.#server = this.#create(options.settings)
    // Node would drop what comes behind the first 2,000, and with it what a proxy has appended. The bytes of a head are limited.
    this.#server.maxHeadersCount = 0
    this.#connections = new Connections(this.#server, options.settings.tls ? 'secureConnection' : 'connection')
    this.#server.on('request', (request: IncomingMessage, response: OutgoingResponse) => {
      this.#begin(request, response)
      const objection = objectionToHost(request)
      if (objection) options.refuse(request, response, objection)
      else options.serve(request, response)
    })
    this.#server.on('checkExpectation', (request: IncomingMessage, response: OutgoingResponse) => {
      this.#begin(request, response)
      options.refuse(request, response, gatewayProblems.expectationFailed())
    })
    this.#server.on('clientError', (error: Error, socket: Socket) => {
      // Where an answer has begun, another would be taken for a piece of it.
      if (this.#inFlight.isAnswering(socket)) socket.destroy()
      else answerClientError(error, socket, options.clock)
    })
  }

  #begin({ socket }: IncomingMessage, response: OutgoingResponse): void {
    this.#begun++
    this.#connections.used(socket)
    this.#queued.add(response)
    this.#inFlight.track(response)
  }

  #create(settings: HttpServerSettings): PlainServer | TlsServer {
    const { messages } = this.#options
    const options: ServerOptions<typeof IncomingRequest, typeof OutgoingResponse> = {
      IncomingMessage: messages.IncomingMessage,
      ServerResponse: messages.ServerResponse,
      headersTimeout: settings.headersTimeoutMs,
      requestTimeout: settings.requestTimeoutMs,
      keepAliveTimeout: settings.keepAliveTimeoutMs,
      connectionsCheckingInterval: SLOW_REQUEST_CHECK_MS,
      // Node's own answer to what is checked here would be empty.
      requireHostHeader: false,
    }
    if (settings.tls === undefined) return createServer(options)
    return createSecureServer({
      ...options,
      ...readTlsFiles(settings.tls),
      handshakeTimeout: settings.headersTimeoutMs,
    })
  }

  /** Only once it listens: a server that could not be bound is never closed. */
  #watchTls(): void {
    const server = this.#server
    const { clock, logger, settings } = this.#options
    if (settings.tls === undefined || !('setSecureContext' in server)) return
    this.#tlsWatch = new TlsWatch(settings.tls, { clock, logger, renew: (tls) => server.setSecureContext(tls) })
  }

  /** Where the server listens; `undefined` until it does. */
  get address(): ListenAddress | undefined {
    return this.#bound
  }

  /** @throws HostError `BIND_FAILED` with the reason, `CANCELLED` when `signal` aborts first */
  async listen(address: ListenAddress, signal: AbortSignal): Promise<ListenAddress> {
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: unknown): void => {
        this.#server.off('error', settle)
        signal.removeEventListener('abort', cancel)
        if (error === undefined) resolve()
        else reject(bindError(address, error))
      }
      const cancel = (): void => {
        this.#server.close()
        settle(new HostError('CANCELLED', { operation: `Binding ${formatAddress(address)}` }))
      }
      this.#server.once('error', settle)
      if (signal.aborted) cancel()
      else this.#server.listen(address, settle)
      signal.addEventListener('abort', cancel, { once: true })
    })
    // Bound to host and port, the server's address is an object.
    const { port } = this.#server.address() as AddressInfo
    this.#bound = { host: address.host, port }
    this.#watchTls()
    return this.#bound
  }

  /** From now on answers tell clients to come back elsewhere, while all requests are served. */
  leave(): void {
    this.#inFlight.leave()
  }

  /** Stops accepting and resolves when nothing is in flight. When `deadline` aborts, what is left is cut. Idempotent. */
  drain(deadline: AbortSignal): Promise<void> {
    const cut = (): void => {
      this.#inFlight.cut()
      this.#connections.closeAll()
    }
    if (deadline.aborted) cut()
    deadline.addEventListener('abort', cut, { once: true })
    this.#drained ??= this.#close()
    return this.#drained.finally(() => deadline.removeEventListener('abort', cut))
  }

  /** What the system has accepted for us comes in before we close, which would reset it: one, at times, in each turn. */
  #takeConnections(): Promise<void> {
    return untilQuiet(() => this.#connections.taken, 1)
  }

  /**
   * What has come on connections that were kept is answered before those are closed, for which Node takes them to be idle
   * until it has looked. Once nobody new comes in, that has an end: every answer is its connection's last.
   */
  #takeRequests(): Promise<void> {
    return untilQuiet(() => this.#begun, WHOLE_TURNS)
  }

  async #close(): Promise<void> {
    this.#tlsWatch?.close()
    this.#inFlight.closeAfterAnswers()
    await this.#takeConnections()
    const closed = new Promise<void>((resolve) => {
      // That of HTTP would close what seems idle at once. The error says that the server was not listening: closed is closed.
      NetServer.prototype.close.call(this.#server, () => resolve())
    })
    await this.#takeRequests()
    // Closes what is idle, but nothing on which a request may be on its way.
    this.#server.close()
    const fresh = this.#options.clock.after(FRESH_MS, () => this.#connections.closeFresh())
    await this.#inFlight.drain()
    this.#server.closeIdleConnections()
    await closed
    fresh.cancel()
  }
}

/** Resolves when the count stays as it is for so many turns of the event loop. */
async function untilQuiet(count: () => number, turnsWanted: number): Promise<void> {
  let quiet = 0
  for (let turns = 0; quiet < turnsWanted && turns < MOST_TURNS; turns++) {
    const before = count()
    await new Promise((resolve) => setImmediate(resolve))
    quiet = count() > before ? 0 : quiet + 1
  }
}

/** Who stands in front may have gone by another host than the one that is found here (RFC 9112, section 3.2). */
function objectionToHost({ headers, httpVersion, rawHeaders }: IncomingMessage): Problem | undefined {
  if (headers.host === undefined) return httpVersion === '1.1' ? gatewayProblems.hostMissing() : undefined
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts > 1 ? gatewayProblems.hostAmbiguous() : undefined
}

const BIND_REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this process may not bind it',
  EADDRINUSE: 'it is in use',
  EADDRNOTAVAIL: 'this machine does not have this address',
  ENOTFOUND: 'the host name is not known',
}

function bindError(address: ListenAddress, error: unknown): HostError {
  const cancelled = HostError.find(error, 'CANCELLED')
  if (cancelled) return cancelled
  const { code = '' } = error as { readonly code?: string }
  const reason = BIND_REASONS[code] ?? messageOf(error)
  return new HostError('BIND_FAILED', { address: formatAddress(address), reason }, { cause: error })
}
