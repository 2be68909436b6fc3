import type { Capability } from '../../capabilities/capability.js'
import type { ModuleDefinition } from '../../module/module-definition.js'
import type { ModuleEntry, ModuleRegistry } from '../../registry/module-registry.js'
import { dependenciesOf, isRemote } from '../declaration/program-modules.js'

/** What has to be known of a moved module to tell whether it can be one. */
export interface MoveFacts {
  readonly name: string
  /** A foreign executable needs no class in this program. */
  readonly definition: ModuleDefinition | undefined
  /** Whether the child is this same program, in which the module finds what it depends on by calling other processes. */
  readonly isOwnProgram: boolean
  readonly registry: ModuleRegistry
  /** What is configured for the module with `grpc_hub`. */
  readonly hubConfig: Readonly<Record<string, unknown>>
  readonly definitionOf: (module: string) => ModuleDefinition | undefined
}

/** Whoever has these is called by others of this process, directly. */
const BOUND: readonly Capability[] = ['rest', 'rest_host', 'grpc_hub', 'system']

/** Everything that keeps a module in the process of the host, each a sentence without its end. */
export function moveObstacles(facts: MoveFacts): readonly string[] {
  const { definition, isOwnProgram } = facts
  return [
    ...(definition ? [...boundCapabilities(definition), ...ownClients(definition)] : []),
    ...(isOwnProgram ? clientsOfDependencies(facts) : []),
    ...(isOwnProgram || definition?.provides.some(isRemote) === true ? obstaclesOfHub(facts) : []),
  ]
}

function boundCapabilities({ capabilities }: ModuleDefinition): readonly string[] {
  return BOUND.filter((capability) => capabilities.includes(capability)).map(
    (capability) => `its class has the capability "${capability}", which works only inside the host`,
  )
}

/** Others call them from the host's process, which takes a contract that both sides can read. */
function ownClients({ provides }: ModuleDefinition): readonly string[] {
  return provides
    .filter((key) => !isRemote(key))
    .map((key) => `its class provides "${key.name}", whose key carries no proto service`)
}

/** The module calls them from its own process, wherever they are: those of all modules that it depends on, however far away. */
function clientsOfDependencies({ name, registry, definitionOf }: MoveFacts): readonly string[] {
  return dependenciesOf(name, registry).flatMap((dependency) =>
    (definitionOf(dependency)?.provides ?? [])
      .filter((key) => !isRemote(key))
      .map((key) => `"${dependency}", which it depends on, provides "${key.name}", whose key carries no proto service`),
  )
}

/** Whoever is called from another process is found in the directory that the host's hub keeps. */
function obstaclesOfHub({ registry, isOwnProgram, hubConfig }: MoveFacts): readonly string[] {
  const [hub] = registry.withCapability('grpc_hub')
  if (!hub) return ['this program has no module with the capability "grpc_hub", by which it could be called']
  const joins = !isNothing((hubConfig['directory'] as { readonly endpoint?: unknown } | undefined | null)?.endpoint)
  return [
    ...(joins ? [`modules.${hub.name}.config.directory.endpoint leads to a directory that does not know it`] : []),
    ...(isOwnProgram ? obstaclesOfItsHub(hub, hubConfig) : []),
  ]
}

/** A child of this program has a hub of its own, of the same class, and without what that depends on. */
function obstaclesOfItsHub({ name, deps }: ModuleEntry, hubConfig: MoveFacts['hubConfig']): readonly string[] {
  return [
    ...(isNothing(hubConfig['tls']) ? [] : [`modules.${name}.config.tls encrypts, which processes of one host do not`]),
    ...deps.map((dependency) => `"${name}", by which it is called, depends on "${dependency}", which runs in the host`),
  ]
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null
}
