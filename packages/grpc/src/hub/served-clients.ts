import { HostError, type Clock } from '@modkit/core'
import type { ModuleGrpcServices } from '@modkit/core/spi'
import { serveClient } from '../service/serve-client.js'

/**
 * What a module offers, the clients among it that other processes of its program call as services.
 *
 * @throws HostError `GRPC_SERVICE_INVALID`, naming the module
 */
export function withClients(module: ModuleGrpcServices, clock: Clock): ModuleGrpcServices {
  const { clients = [] } = module
  if (clients.length === 0) return module
  const services = clients.map(({ key, implementation }) => {
    try {
      return serveClient(key, implementation, { clock })
    } catch (error) {
      const invalid = HostError.find(error, 'GRPC_SERVICE_INVALID')
      throw invalid ? new HostError('GRPC_SERVICE_INVALID', { ...invalid.details, module: module.module }) : error
    }
  })
  return {
    module: module.module,
    services: [...module.services, ...services],
    get available() {
      return module.available
    },
  }
}
