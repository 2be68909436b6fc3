import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js'
import type { ModuleCtx } from '../context/module-ctx.js'

/** One gRPC service of a module. */
export interface GrpcServiceRegistration {
  /** The full name, for example `'calculator.v1.Calculator'`; unique in the host. */
  readonly serviceName: string
  readonly definition: ServiceDefinition
  readonly implementation: UntypedServiceImplementation
}

/** Capability `grpc`: the module offers gRPC services. */
export interface GrpcModule {
  /** The services to put on the hub, asked for once, in phase 6. */
  grpcServices(ctx: ModuleCtx): readonly GrpcServiceRegistration[] | Promise<readonly GrpcServiceRegistration[]>
}
