import type { SeenModule, SystemContext } from '@modkit/core'
import type { ModuleInstance } from '@modkit/core/spi'
import { jsonSchema } from '../schema/json-schema.js'

/** One process in which a module serves others. */
export interface ListedInstance {
  readonly instance_id: string
  readonly version?: string
  readonly state: ModuleInstance['state']
  /** The endpoint of each gRPC service, by its full name. */
  readonly grpc_services: Readonly<Record<string, string>>
}

/** A module as the listing shows it. */
export interface ListedModule {
  readonly name: string
  /** The first that an instance says. */
  readonly version?: string
  readonly capabilities: readonly string[]
  readonly dependencies: readonly string[]
  readonly deployment_mode: 'compiled_in' | 'out_of_process'
  /** Those that offer gRPC services: the ones that the directory knows. */
  readonly instances: readonly ListedInstance[]
}

export interface ModuleList {
  readonly items: readonly ListedModule[]
}

const text = { type: 'string' }
const texts = { type: 'array', items: text }

const instance = {
  type: 'object',
  required: ['instance_id', 'state', 'grpc_services'],
  properties: {
    instance_id: text,
    version: text,
    state: { enum: ['registered', 'ready', 'healthy', 'quarantined', 'draining'] },
    grpc_services: { type: 'object', additionalProperties: text },
  },
}

const listed = {
  type: 'object',
  required: ['name', 'capabilities', 'dependencies', 'deployment_mode', 'instances'],
  properties: {
    name: text,
    version: text,
    capabilities: texts,
    dependencies: texts,
    deployment_mode: { enum: ['compiled_in', 'out_of_process'] },
    instances: { type: 'array', items: instance },
  },
}

export const moduleList = jsonSchema<ModuleList>({
  type: 'object',
  required: ['items'],
  properties: { items: { type: 'array', items: listed } },
})

/** The modules of the host by name, then those that only its directory knows. */
export function listModules({
  registry,
  moduleManager,
}: Pick<SystemContext, 'registry' | 'moduleManager'>): ModuleList {
  const instancesOf = (name: string): readonly ModuleInstance[] => moduleManager.instancesOf(name)
  const strangers = new Set(moduleManager.allInstances().map(({ module }) => module))
  for (const { name } of registry.entries) strangers.delete(name)
  const own = registry.entries.map((entry) => ownModule(entry, instancesOf(entry.name)))
  return { items: [...byName(own), ...byName([...strangers].map((name) => stranger(name, instancesOf(name))))] }
}

function ownModule(
  { name, capabilities, deps, placement }: SeenModule,
  instances: readonly ModuleInstance[],
): ListedModule {
  const deployment_mode = placement === 'local' ? 'compiled_in' : 'out_of_process'
  return { name, capabilities, dependencies: deps, deployment_mode, ...told(instances) }
}

function stranger(name: string, instances: readonly ModuleInstance[]): ListedModule {
  return { name, capabilities: [], dependencies: [], deployment_mode: 'out_of_process', ...told(instances) }
}

function told(instances: readonly ModuleInstance[]): Pick<ListedModule, 'version' | 'instances'> {
  const version = instances.find((each) => each.version !== undefined)?.version
  return { ...(version !== undefined && { version }), instances: instances.map(listedInstance) }
}

function listedInstance({ instanceId, version, state, services }: ModuleInstance): ListedInstance {
  return {
    instance_id: instanceId,
    ...(version !== undefined && { version }),
    state,
    grpc_services: services,
  }
}

function byName(modules: readonly ListedModule[]): readonly ListedModule[] {
  return [...modules].sort((one, other) => (one.name < other.name ? -1 : 1))
}
