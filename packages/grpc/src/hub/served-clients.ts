import { HostError, type Clock } from '@modkit/core'
import type { ModuleGrpcServices } from '@modkit/core/spi'
import { serveClient } from '../service/serve-client.js'
import type { OfferedServices } from './own-services.js'

/**
 * What a module offers to everybody, and what to the processes of its program: the clients among it, as services.
 *
 * @throws HostError `GRPC_SERVICE_INVALID`, naming the module
 */
export function withClients(module: ModuleGrpcServices, clock: Clock): readonly OfferedServices[] {
  const { clients = [] } = module
  if (clients.length === 0) return [module]
  const services = clients.map(({ key, implementation }) => {
    try {
      return serveClient(key, implementation, { clock })
    } catch (error) {
      const invalid = HostError.find(error, 'GRPC_SERVICE_INVALID')
      throw invalid ? new HostError('GRPC_SERVICE_INVALID', { ...invalid.details, module: module.module }) : error
    }
  })
  const forFamily: OfferedServices = {
    module: module.module,
    services,
    isForFamily: true,
    get available() {
      return module.available
    },
  }
  return module.services.length > 0 ? [module, forFamily] : [forFamily]
}
