import { capabilityMethods, type Capability } from '../capabilities/capability.js'
import { HostError } from '../errors/host-error.js'
import type { ModuleDefinition } from '../module/module-definition.js'
import type { ModuleClass } from '../module/module-class.js'

/** A class and what its decorator says. */
export interface DeclaredModule {
  readonly moduleClass: ModuleClass
  readonly definition: ModuleDefinition
}

/** The capabilities of one module whose methods its class lacks. */
export function missingMethods({ moduleClass, definition }: DeclaredModule): readonly HostError[] {
  const problems: HostError[] = []
  for (const capability of definition.capabilities) {
    const required = requiredMethods(capability, definition)
    if (required.every((name) => hasMethod(moduleClass, name))) continue
    const missing = required.filter((name) => !hasMethod(moduleClass, name))
    problems.push(new HostError('CAPABILITY_NOT_IMPLEMENTED', { module: definition.name, capability, missing }))
  }
  return problems
}

function hasMethod(moduleClass: ModuleClass, name: string): boolean {
  try {
    return typeof (moduleClass.prototype as Readonly<Record<string, unknown>>)[name] === 'function'
  } catch {
    // A getter on the prototype, which runs without an instance here; what it would give is no method of the class.
    return false
  }
}

function requiredMethods(capability: Capability, { lifecycle }: ModuleDefinition): readonly string[] {
  return capability === 'stateful' && lifecycle ? [lifecycle.entry] : capabilityMethods[capability]
}

/** A host has one REST host and one gRPC hub at most. */
export function surplusHosts(modules: readonly DeclaredModule[]): readonly HostError[] {
  const bearing = (capability: Capability): string[] =>
    modules
      .filter(({ definition }) => definition.capabilities.includes(capability))
      .map(({ definition }) => definition.name)
  const restHosts = bearing('rest_host')
  const grpcHubs = bearing('grpc_hub')
  return [
    ...(restHosts.length > 1 ? [new HostError('MULTIPLE_REST_HOSTS', { modules: restHosts })] : []),
    ...(grpcHubs.length > 1 ? [new HostError('MULTIPLE_GRPC_HUBS', { modules: grpcHubs })] : []),
  ]
}
