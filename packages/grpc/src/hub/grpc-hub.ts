import {
  HostError,
  Module,
  type GrpcHubModule,
  type Logger,
  type ModuleCtx,
  type StatefulModule,
  type SystemContext,
  type SystemModule,
} from '@modkit/core'
import { silentLogger, systemClock } from '@modkit/core/spi'
import { createHubDirectory } from './create-hub-directory.js'
import { isLocalOnly } from './endpoint.js'
import { defaultHubSettings, hubConfig } from './hub-config.js'
import { directoryClient, type HubDirectory } from './hub-directory.js'
import { HubServer } from './hub-server.js'

/**
 * The one gRPC server of a host: serves the services of every module with the capability `grpc`.
 *
 * It listens even when there are none: what runs in other processes finds its way home through the same endpoint.
 */
@Module({ name: 'grpc-hub', capabilities: ['system', 'grpc_hub', 'stateful'], config: hubConfig })
export class GrpcHub implements SystemModule, GrpcHubModule, StatefulModule {
  #system: SystemContext | undefined
  #directory: HubDirectory | undefined
  #settings = defaultHubSettings
  #logger: Logger = silentLogger
  #server: HubServer | undefined

  preInit(sys: SystemContext): void {
    this.#system = sys
  }

  init(ctx: ModuleCtx): void {
    this.#settings = ctx.config(hubConfig)
    this.#logger = ctx.logger
    if (!this.#system) return
    this.#directory = createHubDirectory({
      settings: this.#settings.directory,
      system: this.#system,
      logger: this.#logger,
      environment: process.env,
    })
    ctx.clients.register(directoryClient, this.#directory.client)
  }

  /** Resolves when clients can connect; rejects with `BIND_FAILED` where that cannot be. */
  async start(signal: AbortSignal): Promise<void> {
    if (this.#server) throw new HostError('ALREADY_STARTED', { what: 'The gRPC hub', state: 'started' })
    const { listenAddress, limits } = this.#settings
    const offered = this.#system?.grpcInstallers.take() ?? []
    const installers = [...offered, ...(this.#directory?.services ?? [])]
    this.#server = new HubServer({ installers, limits, logger: this.#logger, clock: systemClock })
    const { address, endpoint } = await this.#server.listen(listenAddress, signal)
    const services = offered.flatMap((installer) => installer.services.map((service) => service.serviceName))
    this.#logger.info(`gRPC hub listens on ${endpoint}`, { endpoint, services })
    if (!isLocalOnly(address)) {
      this.#logger.warn('gRPC hub is reachable from other machines, without encryption', { endpoint })
    }
    this.#directory?.open(endpoint, offered)
  }

  boundEndpoint(): string | undefined {
    return this.#server?.endpoint
  }

  async drain(deadline: AbortSignal): Promise<void> {
    const leaving = this.#directory?.leave(deadline)
    if (leaving) await leaving
    await this.#server?.close(deadline)
    this.#directory?.close()
  }

  /** After a drain there is nothing left to do; without one, the same happens here. */
  async stop(deadline: AbortSignal): Promise<void> {
    await this.drain(deadline)
  }
}
