import { HostError, moduleDefinition, type ClientKey, type ModuleClass } from '@modkit/core'

/** The modules that matter when a client is placed, by their names. */
export interface PlacedModules {
  /** The one that provides the client, and is moved. */
  readonly provider: string
  /** The one by which it is called. */
  readonly hub: string
}

/**
 * Finds among modules those that place a client.
 *
 * @throws HostError `PLACEMENT_IMPOSSIBLE` with every reason
 */
export function placedModules(
  key: Pick<ClientKey<unknown>, 'name' | 'grpc'>,
  modules: readonly ModuleClass[],
): PlacedModules {
  const definitions = modules.map((moduleClass) => moduleDefinition(moduleClass)).filter((found) => found !== undefined)
  const provider = definitions.find(({ provides }) => provides.some(({ name }) => name === key.name))
  const hub = definitions.find(({ capabilities }) => capabilities.includes('grpc_hub'))
  if (key.grpc && provider && hub) return { provider: provider.name, hub: hub.name }
  const reasons = [
    key.grpc === undefined && 'its key carries no proto service, by which it could be called from another process',
    provider === undefined && 'none of the modules names it in "provides"',
    hub === undefined && 'none of the modules has the capability "grpc_hub"',
  ]
  throw new HostError('PLACEMENT_IMPOSSIBLE', {
    client: key.name,
    reasons: reasons.filter((reason) => reason !== false),
  })
}
