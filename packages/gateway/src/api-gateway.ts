import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  authenticatorKey,
  Module,
  type Authenticator,
  type Clock,
  type HostStatus,
  type Logger,
  type ModuleCtx,
  type RestApi,
  type RestHostModule,
  type RestOwner,
  type StatefulModule,
  type SystemContext,
  type SystemModule,
} from '@modkit/core'
import { silentLogger, systemClock } from '@modkit/core/spi'
import type { Express, RequestHandler } from 'express'
import { backgroundClock } from './background-clock.js'
import { bornMessages } from './express/born-messages.js'
import { Exchange } from './exchange/exchange.js'
import { ExpressApp } from './express/express-app.js'
import { gatewayConfig, gatewaySettings, type GatewaySettings } from './gateway-config.js'
import { GatewayRoutes } from './gateway-routes.js'
import { RouteCollector } from './route-collector.js'
import { dispatch } from './routing/dispatcher.js'
import { HttpServer } from './server/http-server.js'
import { formatAddress } from './server/listen-address.js'

/** What is known of the host before it has introduced itself. */
const unhosted: HostStatus = {
  state: 'idle',
  ready: false,
  hasRun: false,
  degradations: [],
  health: () => Promise.resolve([]),
}

export interface ApiGatewayOptions {
  readonly clock?: Clock
}

/**
 * The REST host: serves the operations and mounts of all modules from one port.
 *
 * Configured by `modules.api-gateway.config`, see {@link GatewayConfig}. It binds before any other module starts; until the
 * host is running, operations answer 503 while the health endpoints tell the truth.
 */
@Module({ name: 'api-gateway', capabilities: ['system', 'rest_host', 'stateful'], config: gatewayConfig })
export class ApiGateway implements SystemModule, RestHostModule, StatefulModule {
  readonly #clock: Clock
  readonly #express: ExpressApp
  readonly #messages = bornMessages()
  readonly #collector = new RouteCollector()
  readonly #draining = new AbortController()
  #logger: Logger = silentLogger
  #status: HostStatus = unhosted
  #settings: GatewaySettings = gatewaySettings({})
  #authenticator: Authenticator | undefined
  #routes: GatewayRoutes | undefined
  #server: HttpServer | undefined

  constructor({ clock = systemClock }: ApiGatewayOptions = {}) {
    this.#clock = backgroundClock(clock)
    this.#express = new ExpressApp({
      dispatch: (request, response) => this.#dispatch(request, response),
      isOpen: () => this.#status.hasRun,
      logger: () => this.#logger,
    })
  }

  /** The Express application. Answers operations and mounts, also without a server of the gateway's own. */
  get app(): Express {
    return this.#express.app
  }

  /** `http://host:port` once the gateway listens; `undefined` before. */
  get address(): string | undefined {
    const bound = this.#server?.address
    return bound && `http://${formatAddress(bound)}`
  }

  /** Puts Express middleware in front of everything, operations included. Legal at any time. */
  use(...handlers: readonly RequestHandler[]): this {
    this.#express.use(...handlers)
    this.#messages.becomeExpress(this.app)
    return this
  }

  preInit(system: SystemContext): void {
    this.#status = system.status
  }

  /** @throws HostError `LISTEN_ADDRESS_INVALID`, `DURATION_INVALID` or `MODULE_CONFIG_INVALID` */
  init(ctx: ModuleCtx): void {
    this.#logger = ctx.logger
    this.#settings = gatewaySettings(ctx.config(gatewayConfig))
  }

  restPrepare(): void {
    // Everything that operations are declared into exists since the constructor.
  }

  restApi(owner: RestOwner): RestApi {
    return this.#collector.apiFor(owner)
  }

  /**
   * Checks everything that was declared and makes it ready to be served.
   *
   * @throws HostError `OPERATION_INCOMPLETE`, `ROUTE_INVALID`, `ROUTE_SCHEMA_UNSUPPORTED`, `ROUTE_CONFLICT` or
   * `AUTHENTICATOR_MISSING`; `ROUTES_INVALID` when there are several
   */
  restFinalize(ctx: ModuleCtx): void {
    this.#authenticator = ctx.clients.tryGet(authenticatorKey)
    this.#routes = this.#buildRoutes()
    for (const mount of this.#collector.mounts) this.#express.mount(mount)
  }

  /** @throws HostError `BIND_FAILED` */
  async start(signal: AbortSignal): Promise<void> {
    this.#routes ??= this.#buildRoutes()
    const { address, headersTimeoutMs, requestTimeoutMs } = this.#settings
    const server = new HttpServer({
      messages: this.#messages,
      headersTimeoutMs,
      requestTimeoutMs,
      serve: (request, response) => this.#serve(request, response),
      refuse: (request, response, problem) => new Exchange(request, response, this.#logger).refuse(problem),
    })
    await server.listen(address, signal)
    this.#server = server
    this.#logger.info(`REST gateway listens on ${this.address ?? 'no address'}`)
  }

  /** Stops accepting, ends streams of events, and resolves when everything in flight is answered. Idempotent. */
  async drain(deadline: AbortSignal): Promise<void> {
    this.#draining.abort()
    await this.#server?.drain(deadline)
  }

  async stop(deadline: AbortSignal): Promise<void> {
    await this.drain(deadline)
  }

  #buildRoutes(): GatewayRoutes {
    return new GatewayRoutes(this.#collector, {
      settings: this.#settings,
      status: this.#status,
      app: () => this.app,
      clock: this.#clock,
      logger: this.#logger,
      draining: this.#draining.signal,
      isOpen: () => this.#status.hasRun,
      authenticator: () => this.#authenticator,
    })
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    // Without middleware, what an operation owns never passes through Express.
    if (!this.#express.hasMiddleware && this.#dispatch(request, response)) return
    this.#express.serve(request, response)
  }

  #dispatch(request: IncomingMessage, response: ServerResponse): boolean {
    const router = this.#routes?.router
    return router !== undefined && dispatch(request, response, { router, logger: this.#logger })
  }
}
