import type { DbModule } from './db-module.js'
import type { GrpcHubModule } from './grpc-hub-module.js'
import type { GrpcModule } from './grpc-module.js'
import type { RestHostModule } from './rest-host-module.js'
import type { RestModule } from './rest-module.js'
import type { StatefulModule } from './stateful-module.js'
import type { SystemModule } from './system-module.js'

/** What a module that declares a capability must implement. */
export interface CapabilityContracts {
  db: DbModule
  rest: RestModule
  rest_host: RestHostModule
  grpc: GrpcModule
  grpc_hub: GrpcHubModule
  stateful: StatefulModule
  system: SystemModule
}

/** What a module can do. The list is closed. */
export type Capability = keyof CapabilityContracts

/** The methods that must be there for each capability. The hooks of `system` are optional. */
export const capabilityMethods = {
  db: ['migrations'],
  rest: ['registerRest'],
  rest_host: ['restPrepare', 'restApi', 'restFinalize'],
  grpc: ['grpcServices'],
  grpc_hub: ['boundEndpoint'],
  stateful: ['start', 'stop'],
  system: [],
} as const satisfies { readonly [C in Capability]: readonly string[] }

/** Every capability, in the order in which documentation lists them. */
export const capabilities: readonly Capability[] = Object.freeze(Object.keys(capabilityMethods) as Capability[])

/** Whether the value is one of the {@link capabilities}. */
export function isCapability(value: unknown): value is Capability {
  return typeof value === 'string' && Object.hasOwn(capabilityMethods, value)
}
