import {
  createHost,
  Module,
  type GrpcModule,
  type GrpcServiceRegistration,
  type Host,
  type ModuleCtx,
} from '@modkit/core'
import { silentLogger } from '@modkit/core/spi'
import { GrpcHub, serveClient, type HubConfig } from '../src/index.js'
import { createProbe, probeClient } from './probe.js'

/** Registers a probe, and serves it to others. */
@Module({ name: 'probes', capabilities: ['grpc'], provides: [probeClient] })
export class Probes implements GrpcModule {
  /** How much the flood of the probe has sent. */
  readonly flood = { made: 0 }
  readonly probe = createProbe(this.flood)

  init({ clients }: ModuleCtx): void {
    clients.register(probeClient, this.probe)
  }

  grpcServices(): readonly GrpcServiceRegistration[] {
    return [serveClient(probeClient, this.probe)]
  }
}

/** A host with a probe and a hub. */
export function createProbeHost(config: HubConfig = {}): Host {
  return createHost({ modules: [Probes, GrpcHub], config: hubSection(config), logger: silentLogger })
}

/** A host with a hub and nothing else. */
export function createHubHost(config: HubConfig = {}): Host {
  return createHost({ modules: [GrpcHub], config: hubSection(config), logger: silentLogger })
}

/** A host without a probe, which finds one at `endpoint`. */
export function createCallerHost(endpoint: string, client: HubConfig['client'] = {}): Host {
  return createHubHost({ client: { ...client, endpoints: { 'probe.v1.Probe': endpoint } } })
}

export function endpointOf(host: Host): string {
  return host.module(GrpcHub).boundEndpoint() ?? 'not bound'
}

function hubSection(config: HubConfig) {
  return { modules: { 'grpc-hub': { config: { listen_addr: '127.0.0.1:0', ...config } } } }
}
