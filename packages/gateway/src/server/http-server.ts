import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HostError, type Problem } from '@modkit/core'
import { messageOf } from '@modkit/core/spi'
import type { BornMessages } from '../express/born-messages.js'
import { gatewayProblems } from '../problem/gateway-problems.js'
import { answerClientError } from './client-error.js'
import { InFlight } from './in-flight.js'
import { formatAddress, type ListenAddress } from './listen-address.js'

export interface HttpServerOptions {
  readonly messages: BornMessages
  /** How long the head of a request may take. */
  readonly headersTimeoutMs: number
  /** How long a request, its body included, may take to arrive. */
  readonly requestTimeoutMs: number
  readonly serve: (request: IncomingMessage, response: ServerResponse) => void
  /** Answers what HTTP itself forbids. */
  readonly refuse: (request: IncomingMessage, response: ServerResponse, problem: Problem) => void
}

/** How often Node looks for requests that are too slow. */
const SLOW_REQUEST_CHECK_MS = 1_000

/** The socket side: binds, counts what is in flight, drains, closes. */
export class HttpServer {
  readonly #server: Server
  readonly #inFlight = new InFlight()
  #bound: ListenAddress | undefined
  #drained: Promise<void> | undefined

  constructor({ messages, headersTimeoutMs, requestTimeoutMs, serve, refuse }: HttpServerOptions) {
    const { IncomingMessage, ServerResponse } = messages
    // Node's own answers to what is checked here would be empty.
    const checkedHere = { requireHostHeader: false }
    const timeouts = { headersTimeout: headersTimeoutMs, requestTimeout: requestTimeoutMs }
    const checks = { connectionsCheckingInterval: SLOW_REQUEST_CHECK_MS }
    this.#server = createServer(
      { IncomingMessage, ServerResponse, ...timeouts, ...checks, ...checkedHere },
      (request, response) => {
        this.#inFlight.track(response)
        if (lacksHost(request)) refuse(request, response, gatewayProblems.hostMissing())
        else serve(request, response)
      },
    )
    this.#server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
      this.#inFlight.track(response)
      refuse(request, response, gatewayProblems.expectationFailed())
    })
    this.#server.on('clientError', answerClientError)
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
    return this.#bound
  }

  /** Stops accepting and resolves when nothing is in flight. When `deadline` aborts, what is left is cut. Idempotent. */
  drain(deadline: AbortSignal): Promise<void> {
    const cut = (): void => {
      this.#inFlight.cut()
      this.#server.closeAllConnections()
    }
    if (deadline.aborted) cut()
    deadline.addEventListener('abort', cut, { once: true })
    this.#drained ??= this.#close()
    return this.#drained.finally(() => deadline.removeEventListener('abort', cut))
  }

  async #close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      // The error says that the server was not listening: closed is closed.
      this.#server.close(() => resolve())
    })
    await this.#inFlight.drain()
    this.#server.closeIdleConnections()
    await closed
  }
}

function lacksHost({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.host === undefined && httpVersion === '1.1'
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
