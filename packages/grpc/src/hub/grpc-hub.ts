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
import { silentLogger, systemClock, type GrpcInstallerStore } from '@modkit/core/spi'
import { fixedEndpoints } from '../client/channel-source.js'
import { GrpcClients } from '../client/grpc-clients.js'
import { isLocalOnly } from './endpoint.js'
import { defaultHubSettings, hubConfig } from './hub-config.js'
import { HubServer } from './hub-server.js'

/**
 * The one gRPC server of a host: serves the services of every module with the capability `grpc`.
 *
 * It listens even when there are none: what runs in other processes finds its way home through the same endpoint.
 */
@Module({ name: 'grpc-hub', capabilities: ['system', 'grpc_hub', 'stateful'], config: hubConfig })
export class GrpcHub implements SystemModule, GrpcHubModule, StatefulModule {
  #system: SystemContext | undefined
  #clients: GrpcClients | undefined
  #installers: GrpcInstallerStore | undefined
  #settings = defaultHubSettings
  #logger: Logger = silentLogger
  #server: HubServer | undefined

  preInit(sys: SystemContext): void {
    this.#system = sys
    this.#installers = sys.grpcInstallers
  }

  init(ctx: ModuleCtx): void {
    this.#settings = ctx.config(hubConfig)
    this.#logger = ctx.logger
    const { client } = this.#settings
    const channels = fixedEndpoints(client.endpoints)
    this.#clients = new GrpcClients({ settings: client, channels, clock: systemClock })
    this.#system?.remoteClients.install(this.#clients)
  }

  /** Resolves when clients can connect; rejects with `BIND_FAILED` where that cannot be. */
  async start(signal: AbortSignal): Promise<void> {
    if (this.#server) throw new HostError('ALREADY_STARTED', { what: 'The gRPC hub', state: 'started' })
    const { listenAddress, limits } = this.#settings
    const installers = this.#installers?.take() ?? []
    this.#server = new HubServer({ installers, limits, logger: this.#logger, clock: systemClock })
    this.#clients?.open()
    const { address, endpoint } = await this.#server.listen(listenAddress, signal)
    const services = installers.flatMap((installer) => installer.services.map((service) => service.serviceName))
    this.#logger.info(`gRPC hub listens on ${endpoint}`, { endpoint, services })
    if (!isLocalOnly(address)) {
      this.#logger.warn('gRPC hub is reachable from other machines, without encryption', { endpoint })
    }
  }

  boundEndpoint(): string | undefined {
    return this.#server?.endpoint
  }

  async drain(deadline: AbortSignal): Promise<void> {
    await this.#server?.close(deadline)
  }

  /** After a drain only the clients are left, which other modules may need until here; without one, the same happens here. */
  async stop(deadline: AbortSignal): Promise<void> {
    await this.drain(deadline)
    this.#clients?.close()
  }
}
