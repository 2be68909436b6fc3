import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js'
import type { GrpcServiceRegistration } from '@modkit/core'
import type { ModuleGrpcServices } from '@modkit/core/spi'

/** The services of one module, or those that the hub offers itself. */
export interface OfferedServices extends ModuleGrpcServices {
  /** Whether only processes of the same program may call them. Default false. */
  readonly isForFamily?: boolean
  /** Set for the hub's own. Streams of theirs would never end by themselves: a hub that closes ends them first. */
  readonly own?: {
    /** Whether they serve callers who have not said who they are, whatever else is demanded. */
    readonly anybody: boolean
  }
}

/** The hub's own services as it offers them. */
export function ownServices(services: readonly GrpcServiceRegistration[], own: { anybody: boolean }): OfferedServices {
  return { module: 'grpc-hub', available: true, services, own }
}

/** What a library would add to a server. */
export function servicesOf(library: {
  addToServer(server: { addService(definition: never, implementation: never): void }): void
}): { readonly definition: ServiceDefinition; readonly implementation: UntypedServiceImplementation }[] {
  const added: { definition: ServiceDefinition; implementation: UntypedServiceImplementation }[] = []
  library.addToServer({
    addService: (definition: ServiceDefinition, implementation: UntypedServiceImplementation) =>
      void added.push({ definition, implementation }),
  })
  return added
}
