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
import { EventStreams } from './exchange/event-streams.js'
import { gatewayPolicy } from './exchange/gateway-policy.js'
import { Exchanges, plainPolicy } from './exchange/exchange-policy.js'
import type { Exchange } from './exchange/exchange.js'
import { pagePath } from './explorer/explorer-routes.js'
import { ExpressApp } from './express/express-app.js'
import { gatewayConfig, gatewaySettings, type GatewaySettings } from './gateway-config.js'
import { GatewayRoutes } from './gateway-routes.js'
import { RouteCollector } from './route-collector.js'
import { dispatch } from './routing/dispatcher.js'
import { HttpServer } from './server/http-server.js'
import { formatAddress } from './server/listen-address.js'
import { WarmUp } from './warm-up.js'

/** What is known of the host before it has introduced itself. */
const unhosted: HostStatus = {
  state: 'idle',
  ready: false,
  hasRun: false,
  whenRunning: () => new Promise(() => undefined),
  degradations: [],
  health: () => Promise.resolve([]),
}

/** What a test replaces. */
export interface ApiGatewayOptions {
  /** Default: the host's. */
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
  #clock: Clock
  readonly #ownClock: Clock | undefined
  readonly #express: ExpressApp
  readonly #messages = bornMessages()
  readonly #collector = new RouteCollector()
  readonly #streams = new EventStreams()
  readonly #exchanges = new Exchanges(plainPolicy(silentLogger))
  #logger: Logger = silentLogger
  #status: HostStatus = unhosted
  #settings: GatewaySettings = gatewaySettings({})
  #isInitialised = false
  #authenticator: Authenticator | undefined
  #routes: GatewayRoutes | undefined
  #server: HttpServer | undefined
  #warmUp: WarmUp | undefined

  constructor({ clock }: ApiGatewayOptions = {}) {
    this.#ownClock = clock
    this.#clock = backgroundClock(clock ?? systemClock)
    this.#express = new ExpressApp({
      dispatch: (exchange) => this.#dispatch(exchange),
      isOpen: () => this.#status.hasRun,
      exchanges: this.#exchanges,
      page: () => (this.#settings.servesDocument ? pagePath : undefined),
    })
  }

  /** The Express application. Answers operations and mounts, also without a server of the gateway's own. */
  get app(): Express {
    return this.#express.app
  }

  /** `http://host:port`, with TLS `https://host:port`, once the gateway listens; `undefined` before. */
  get address(): string | undefined {
    const bound = this.#server?.address
    return bound && `${this.#settings.tls ? 'https' : 'http'}://${formatAddress(bound)}`
  }

  /** Puts Express middleware in front of everything, operations included. Legal at any time. */
  use(...handlers: readonly RequestHandler[]): this {
    this.#express.use(...handlers)
    this.#messages.becomeExpress(this.app)
    return this
  }

  preInit(system: SystemContext): void {
    this.#status = system.status
    this.#clock = backgroundClock(this.#ownClock ?? system.clock)
  }

  /** @throws HostError `LISTEN_ADDRESS_INVALID`, `DURATION_INVALID`, `GATEWAY_CONFIG_INVALID` or `MODULE_CONFIG_INVALID` */
  init(ctx: ModuleCtx): void {
    this.#isInitialised = true
    this.#logger = ctx.logger
    this.#settings = gatewaySettings(ctx.config(gatewayConfig))
    this.#exchanges.policy = gatewayPolicy(this.#settings, { clock: this.#clock, logger: this.#logger })
  }

  restPrepare(ctx: ModuleCtx): void {
    // Everything that operations are declared into exists since the constructor. Who only looks at the routes calls no
    // other hook, and what they are checked against is configured.
    if (!this.#isInitialised) this.#settings = gatewaySettings(ctx.config(gatewayConfig))
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

  /** @throws HostError `BIND_FAILED` or `TLS_FILES_INVALID` */
  async start(signal: AbortSignal): Promise<void> {
    this.#routes ??= this.#buildRoutes()
    const { address, warmsUp } = this.#settings
    const server = new HttpServer({
      messages: this.#messages,
      settings: this.#settings,
      clock: this.#clock,
      logger: this.#logger,
      serve: (request, response) => this.#serve(this.#exchanges.open(request, response)),
      refuse: (request, response, problem) => this.#exchanges.open(request, response).refuse(problem),
    })
    await server.listen(address, signal)
    this.#server = server
    if (warmsUp) this.#warmUp = new WarmUp(this.#routes.operations, this.#clock)
    this.#logger.info(`REST gateway listens on ${this.address ?? 'no address'}`)
  }

  /** Stops accepting, ends streams of events, and resolves when everything in flight is answered. Idempotent. */
  async drain(deadline: AbortSignal): Promise<void> {
    this.#streams.end()
    this.#warmUp?.end()
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
      streams: this.#streams,
      logger: this.#logger,
      isOpen: () => this.#status.hasRun,
      authenticator: () => this.#authenticator,
    })
  }

  #serve(exchange: Exchange): void {
    // The host is on its way out, and its gateway still serves: clients do well to go elsewhere.
    if (this.#status.hasRun && !this.#status.ready) this.#server?.leave()
    // Without middleware, what an operation owns never passes through Express.
    if (!this.#express.hasMiddleware && this.#dispatch(exchange)) return
    this.#express.serve(exchange)
  }

  #dispatch(exchange: Exchange): boolean {
    const router = this.#routes?.router
    return router !== undefined && dispatch(exchange, { router, cors: this.#exchanges.policy.cors })
  }
}
