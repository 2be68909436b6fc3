import type { KeyObject } from 'node:crypto'
import {
  authenticatorKey,
  HostError,
  Module,
  type GrpcHubModule,
  type ModuleCtx,
  type StatefulModule,
  type SystemContext,
  type SystemModule,
} from '@modkit/core'
import { systemClock, traceRequests } from '@modkit/core/spi'
import { withClients } from './served-clients.js'
import { firstOf, fixedEndpoints } from '../client/channel-source.js'
import { GrpcClients } from '../client/grpc-clients.js'
import { outgoingContext } from '../propagation/call-context-metadata.js'
import { Vouching } from '../propagation/vouching.js'
import { CallAdmission } from './call-admission.js'
import { createHubDirectory } from './create-hub-directory.js'
import { isLocalOnly, type ListenAddress } from './endpoint.js'
import { hubConfig, type HubSettings } from './hub-config.js'
import { directoryClient, servicesElsewhere, type HubDirectory } from './hub-directory.js'
import { HubServer } from './hub-server.js'
import { ownServices, type OfferedServices } from './own-services.js'
import { reflectionOf } from './reflection.js'
import { ServiceHealth } from './service-health.js'

export interface GrpcHubOptions {
  /** What callers are vouched for with, Ed25519. Default: a key that is made for this process and never leaves it. */
  readonly signingKey?: KeyObject
}

/**
 * The one gRPC server of a host: serves the services of every module with the capability `grpc`.
 *
 * It listens even when there are none: what runs in other processes finds its way home through the same endpoint.
 */
@Module({ name: 'grpc-hub', capabilities: ['system', 'grpc_hub', 'stateful'], config: hubConfig })
export class GrpcHub implements SystemModule, GrpcHubModule, StatefulModule {
  readonly #options: GrpcHubOptions
  #system: SystemContext | undefined
  #vouching: Vouching | undefined
  #clients: GrpcClients | undefined
  #ctx: ModuleCtx | undefined
  #directory: HubDirectory | undefined
  #server: HubServer | undefined

  constructor(options: GrpcHubOptions = {}) {
    this.#options = options
  }

  preInit(sys: SystemContext): void {
    this.#system = sys
  }

  init(ctx: ModuleCtx): void {
    this.#ctx = ctx
    const { system } = this.#hosted()
    const settings = ctx.config(hubConfig)
    const directory = createHubDirectory({
      settings: settings.directory,
      system,
      logger: ctx.logger,
      environment: process.env,
      vouching: this.vouching,
    })
    this.#directory = directory
    ctx.clients.register(directoryClient, directory.client)
    this.#clients = new GrpcClients({
      settings: settings.client,
      channels: firstOf([fixedEndpoints(settings.client.endpoints), servicesElsewhere(directory, system)]),
      clock: system.clock,
      propagate: (metadata) => outgoingContext(metadata, this.vouching),
    })
    system.remoteClients.install(this.#clients)
    const isAlone = Object.keys(settings.client.endpoints).length === 0 && !directory.isShared
    // Calls of other processes take the trace along, so it has to be remembered from the first request on.
    if (!isAlone || system.remoteClients.expectsServices) traceRequests()
  }

  /** Who says, and checks, on whose behalf calls between processes are made. */
  get vouching(): Vouching {
    return (this.#vouching ??= new Vouching({ ...this.#options, clock: this.#system?.clock ?? systemClock }))
  }

  /** Resolves when clients can connect; rejects with `BIND_FAILED` where that cannot be. */
  async start(signal: AbortSignal): Promise<void> {
    if (this.#server) throw new HostError('ALREADY_STARTED', { what: 'The gRPC hub', state: 'started' })
    const { ctx, system } = this.#hosted()
    const settings = ctx.config(hubConfig)
    const modules = (system.grpcInstallers.take() ?? []).flatMap((module) => withClients(module, system.clock))
    this.#server = new HubServer({
      ...settings,
      installers: [...modules, ...this.#ownServices(modules, settings)],
      admission: this.#admission(settings),
      logger: ctx.logger,
      clock: system.clock,
    })
    this.#clients?.open()
    const { address, endpoint } = await this.#server.listen(settings.listenAddress, signal)
    const services = modules.flatMap((module) => module.services.map((service) => service.serviceName))
    ctx.logger.info(`gRPC hub listens on ${endpoint}`, { endpoint, services })
    this.#warnOfReach(address, settings)
    this.#directory?.open(endpoint, modules)
  }

  #hosted(): { readonly ctx: ModuleCtx; readonly system: SystemContext } {
    if (this.#ctx && this.#system) return { ctx: this.#ctx, system: this.#system }
    throw new TypeError('A gRPC hub starts in a host, which calls preInit() and init() before.')
  }

  #admission({ authentication: mode }: HubSettings): CallAdmission {
    const { ctx, system } = this.#hosted()
    const { clients, logger } = ctx
    const authenticator = clients.tryGet(authenticatorKey)
    if (mode === 'required' && authenticator === undefined) {
      logger.warn('gRPC hub requires authentication, and no module provides an authenticator: calls need a voucher')
    }
    const familySecret = system.family?.secret
    return new CallAdmission({ mode, vouching: this.vouching, authenticator, familySecret, logger })
  }

  #ownServices(modules: readonly OfferedServices[], settings: HubSettings): OfferedServices[] {
    const { ctx, system } = this.#hosted()
    const { status, clock } = system
    const own: OfferedServices[] = [...(this.#directory?.services ?? [])]
    if (settings.offersHealth) {
      const health = new ServiceHealth({ status, clock, services: modules, stopping: ctx.signal })
      own.push(ownServices([health.registration], { anybody: true }))
    }
    if (settings.offersReflection) {
      const shown = [...modules, ...own].flatMap(({ services }) => services)
      own.push(ownServices(reflectionOf(shown), { anybody: false }))
    }
    return own
  }

  #warnOfReach(address: ListenAddress, { tls, authentication }: HubSettings): void {
    const logger = this.#hosted().ctx.logger
    if (isLocalOnly(address)) return
    const endpoint = this.boundEndpoint()
    if (tls === undefined) logger.warn('gRPC hub is reachable from other machines, without encryption', { endpoint })
    if (authentication !== 'required' && tls?.clientCaFile === undefined)
      logger.warn('gRPC hub is reachable from other machines, and serves callers who do not say who they are', {
        endpoint,
      })
  }

  boundEndpoint(): string | undefined {
    return this.#server?.endpoint
  }

  async drain(deadline: AbortSignal): Promise<void> {
    const leaving = this.#directory?.leave(deadline)
    if (leaving) await leaving
    await this.#server?.close(deadline)
  }

  /** Modules that stop may still call others, so what they are called through ends here. What a drain has done is done. */
  async stop(deadline: AbortSignal): Promise<void> {
    await this.drain(deadline)
    this.#clients?.close()
    this.#directory?.close()
  }
}
