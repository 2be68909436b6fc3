import type { GrpcServiceRegistration } from '../capabilities/grpc-module.js'
import type { ModuleGrpcServices } from '../context/grpc-installers.js'
import { HostError } from '../errors/host-error.js'
import type { HostedModule } from './hosted-module.js'
import type { Phase } from './phase.js'

/** The services of all `grpc` modules are collected and handed to the hub; an empty set too. */
export const grpc: Phase = {
  name: 'grpc',
  title: 'grpc (registration)',
  label: 'gRPC',
  *visits({ modules, system }) {
    const hub = modules.only('grpc_hub')
    if (!hub) return
    const collected = new ServiceCollection()
    for (const module of modules.topological) {
      if (!module.has('grpc')) continue
      yield { module: module.name, hook: 'grpcServices', step: 'collect', run: () => collected.add(module) }
    }
    const hand = (): void => {
      system.grpcInstallers.set(collected.modules)
    }
    yield { module: hub.name, hook: 'grpcServices', step: 'install', sync: true, run: hand }
  },
}

class ServiceCollection {
  readonly modules: ModuleGrpcServices[] = []
  readonly #owners = new Map<string, string>()

  async add(module: HostedModule): Promise<void> {
    const services = (await module.hooks.grpcServices?.(module.ctx)) ?? []
    for (const service of services) this.#claim(service, module.name)
    this.modules.push({ module: module.name, services })
  }

  #claim({ serviceName: service }: GrpcServiceRegistration, module: string): void {
    const owner = this.#owners.get(service)
    if (owner !== undefined) throw new HostError('GRPC_SERVICE_DUPLICATE', { service, modules: [owner, module] })
    this.#owners.set(service, module)
  }
}
