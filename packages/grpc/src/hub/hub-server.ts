import { Server, ServerCredentials, status } from '@grpc/grpc-js'
import { HostError, type Clock, type ClockTimer, type Logger } from '@modkit/core'
import { readTlsFiles, TlsWatch, type TlsSettings } from '@modkit/core/spi'
import { CallFailure } from '../failure/call-failure.js'
import { accessLog } from './access-log.js'
import { ActiveCalls } from './active-calls.js'
import type { CallAdmission } from './call-admission.js'
import type { ListenAddress } from './endpoint.js'
import { serverOptions, type HubLimits } from './hub-limits.js'
import { installServices } from './install-services.js'
import { openListener, type Listener } from './listener.js'
import type { OfferedServices } from './own-services.js'

export interface HubServerOptions {
  readonly installers: readonly OfferedServices[]
  readonly admission: CallAdmission
  readonly limits: HubLimits
  /** Left out, connections are plain. */
  readonly tls?: TlsSettings | undefined
  readonly writesAccessLog?: boolean
  readonly logger: Logger
  readonly clock: Clock
}

/** How long cut calls get to carry their status to the caller before the connections are cut, too. */
const FAREWELL_MS = 250

/** A gRPC server and the one door into it. Lives once. */
export class HubServer {
  readonly #server: Server
  readonly #limits: HubLimits
  readonly #tls: TlsSettings | undefined
  readonly #logger: Logger
  readonly #clock: Clock
  readonly #calls = new ActiveCalls()
  /** Aborts when closing begins, so that an attempt to listen does not outlive it. */
  readonly #closing = new AbortController()
  #opening: Promise<Listener> | undefined
  #listener: Listener | undefined
  #closed: Promise<void> | undefined
  #farewell: ClockTimer | undefined
  #tlsWatch: TlsWatch | undefined

  /** @throws HostError `GRPC_SERVICE_DUPLICATE`, `GRPC_SERVICE_INVALID` */
  constructor({ installers, admission, limits, tls, logger, clock, writesAccessLog }: HubServerOptions) {
    // An interceptor costs something in every call: without a log there is none.
    const interceptors = writesAccessLog === true ? [accessLog({ clock, logger })] : []
    this.#server = new Server({ ...serverOptions(limits), interceptors })
    this.#limits = limits
    this.#tls = tls
    this.#logger = logger
    this.#clock = clock
    const { maxSendMessageBytes } = limits
    installServices(this.#server, installers, { logger, admission, maxSendMessageBytes, calls: this.#calls })
  }

  /** Where clients reach the server, while it listens. */
  get endpoint(): string | undefined {
    return this.#closing.signal.aborted ? undefined : this.#listener?.endpoint
  }

  /**
   * Resolves when clients can connect.
   *
   * @throws HostError `BIND_FAILED`, `TLS_FILES_INVALID`, `CANCELLED` when closing begins first, or the reason of `signal`
   */
  async listen(address: ListenAddress, signal: AbortSignal): Promise<Listener> {
    const tls = this.#tls && readTlsFiles(this.#tls)
    const injector = this.#server.createConnectionInjector(ServerCredentials.createInsecure())
    this.#opening = openListener(address, {
      maxConnections: this.#limits.maxConnections,
      tls,
      clock: this.#clock,
      accept: (connection) => injector.injectConnection(connection),
      onError: (error) => this.#logger.warn('gRPC hub could not accept a connection', { error: error.message }),
      signal: AbortSignal.any([signal, this.#closing.signal]),
    })
    this.#listener = await this.#opening
    this.#watchTls(this.#listener)
    return this.#listener
  }

  #watchTls(listener: Listener): void {
    if (this.#tls === undefined || this.#closing.signal.aborted) return
    const renew: Listener['renew'] = (tls) => listener.renew(tls)
    this.#tlsWatch = new TlsWatch(this.#tls, { clock: this.#clock, logger: this.#logger, renew })
  }

  /**
   * Stop accepting, tell clients to go elsewhere, finish what is in flight. When `deadline` aborts, callers that still wait
   * get UNAVAILABLE and the connections are cut. Every caller's deadline counts; all of them resolve at the same end.
   */
  async close(deadline: AbortSignal): Promise<void> {
    this.#closed ??= this.#closeGracefully()
    const cut = (): void => this.#cut()
    if (deadline.aborted) cut()
    else deadline.addEventListener('abort', cut, { once: true })
    await this.#closed
    deadline.removeEventListener('abort', cut)
    this.#farewell?.cancel()
  }

  async #closeGracefully(): Promise<void> {
    this.#closing.abort(new HostError('CANCELLED', { operation: 'Listening for gRPC' }))
    this.#tlsWatch?.close()
    this.#calls.failEndless(shuttingDown())
    // A failure to listen belongs to who called listen(); here it means that there is nothing to close.
    const listener = await this.#opening?.catch(() => undefined)
    const disconnected = listener?.close()
    // Its answer is not waited for: it never comes where a session is just being destroyed. When the last connection has ended,
    // so has everything else.
    this.#server.tryShutdown(() => undefined)
    await disconnected
  }

  #cut(): void {
    if (this.#farewell) return
    if (this.#calls.size > 0) this.#logger.warn('gRPC hub cuts calls at its deadline', { calls: this.#calls.size })
    this.#calls.failAll(shuttingDown())
    this.#farewell = this.#clock.after(FAREWELL_MS, () => this.#listener?.destroyConnections())
  }
}

function shuttingDown(): CallFailure {
  return new CallFailure(status.UNAVAILABLE, 'The server is shutting down.')
}
