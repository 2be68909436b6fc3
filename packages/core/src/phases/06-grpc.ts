import type { GrpcServiceRegistration } from '../capabilities/grpc-module.js'
import type { ModuleGrpcServices } from '../context/grpc-installers.js'
import { HostError } from '../errors/host-error.js'
import type { HostedModule } from './hosted-module.js'
import type { Phase, PhaseHost } from './phase.js'

/**
 * The services of all `grpc` modules are collected and handed to the hub; an empty set too. What other processes of this same
 * program call goes along, where no module serves it itself.
 */
export const grpc: Phase = {
  name: 'grpc',
  title: 'grpc (registration)',
  label: 'gRPC',
  *visits(host) {
    const { modules, system } = host
    const hub = modules.only('grpc_hub')
    if (!hub) return
    const collected = new ServiceCollection(host)
    for (const module of modules.topological) {
      if (!module.has('grpc')) continue
      yield { module: module.name, hook: 'grpcServices', step: 'collect', run: () => collected.add(module) }
    }
    const hand = (): void => {
      for (const module of modules.topological) collected.addClients(module)
      system.grpcInstallers.set(collected.modules)
    }
    yield { module: hub.name, hook: 'grpcServices', step: 'install', sync: true, run: hand }
  },
}

class ServiceCollection {
  readonly modules: ModuleGrpcServices[] = []
  readonly #host: PhaseHost
  #owners: ReadonlyMap<string, string> = new Map()

  constructor(host: PhaseHost) {
    this.#host = host
  }

  async add(module: HostedModule): Promise<void> {
    const services = [...((await module.hooks.grpcServices?.(module.ctx)) ?? [])]
    // A module that was given up in the meantime offers nothing any more.
    if (this.#host.failureOf(module.name) !== undefined) return
    this.#owners = withOwner(this.#owners, services, module.name)
    this.modules.push(offered(this.#host, module.name, { services }))
  }

  /** Once all services are known: a module may serve the client of another one. */
  addClients(module: HostedModule): void {
    const clients = this.#host
      .clientsToServe(module)
      .filter(({ key }) => key.grpc !== undefined && !this.#owners.has(key.grpc.service))
    if (clients.length > 0) this.modules.push(offered(this.#host, module.name, { services: [], clients }))
  }
}

/** All names of a module or none: one whose list is refused as a whole must not keep others from theirs. */
function withOwner(
  owners: ReadonlyMap<string, string>,
  services: readonly GrpcServiceRegistration[],
  module: string,
): ReadonlyMap<string, string> {
  const claimed = new Map(owners)
  for (const { serviceName: service } of services) {
    const owner = claimed.get(service)
    if (owner !== undefined) throw new HostError('GRPC_SERVICE_DUPLICATE', { service, modules: [owner, module] })
    claimed.set(service, module)
  }
  return claimed
}

function offered(
  host: PhaseHost,
  module: string,
  what: Pick<ModuleGrpcServices, 'services' | 'clients'>,
): ModuleGrpcServices {
  return {
    module,
    ...what,
    get available() {
      return host.failureOf(module) === undefined
    },
  }
}
