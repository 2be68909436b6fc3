import { type ConfigNode, isPresent, leafNode, mapNode, nodeAt } from '../tree/config-tree.js'
import { type ModuleSection, configNodeOf } from '../modules/module-section.js'

/** What a child that is this same program has to know besides the configuration of its module. */
export interface ChildProgram {
  /** The name of the module with the capability `grpc_hub`. */
  readonly hub: string
  /** The services, by their full names, that there are in other processes; `any` where the host does not know all of them. */
  readonly services: ReadonlySet<string> | 'any'
  readonly family: Family
}

/** The processes of one program that one host runs, itself among them. */
export interface Family {
  /** By which they know each other. */
  readonly secret: string
  /** The services, by their full names, that they offer. */
  readonly services: ReadonlySet<string>
}

/** Where the host listens, how it encrypts, and who may join it, is its own affair. */
const OF_THE_HOST_ALONE: readonly string[] = ['listen_addr', 'tls', 'directory']

/** Any free port, for this machine alone: the host finds it in its directory. */
const LISTEN_ADDRESS = '127.0.0.1:0'

/** What a child is told of the hub's configuration: its limits and its clients are those of the host. */
export function hubNodeForChild(section: ModuleSection | undefined): ConfigNode | undefined {
  const node = section && configNodeOf(section)
  if (node?.kind !== 'map') return undefined
  const told = [...node.entries].filter(([key]) => !OF_THE_HOST_ALONE.includes(key))
  return told.length > 0 ? mapNode(told, node.origin) : undefined
}

/** Where the host is in a directory that others may be in, too, nobody knows all of the services. */
export function servicesForChild(section: ModuleSection | undefined, services: ChildProgram['services']): unknown {
  const isShared = isPresent(nodeAt(section && configNodeOf(section), 'directory'))
  return isShared || services === 'any' ? 'any' : [...services]
}

/** The entry of the hub in the configuration of a child. */
export function hubEntryOfChild(told: ConfigNode | undefined, origin: string): ConfigNode {
  const entries = told?.kind === 'map' ? [...told.entries] : []
  return mapNode([['config', mapNode([...entries, ['listen_addr', leafNode(LISTEN_ADDRESS, origin)]], origin)]], origin)
}

/** What a child was told of its family; `undefined` where it has none. */
export function familyOfChild(told: ConfigNode | undefined): Family | undefined {
  const secret = nodeAt(told, 'secret')
  const services = servicesOfChild(nodeAt(told, 'services'))
  if (secret?.kind !== 'leaf' || typeof secret.value !== 'string' || services === 'any') return undefined
  return { secret: secret.value, services }
}

/** The services that a child was told of; a host of another make says nothing of them. */
export function servicesOfChild(told: ConfigNode | undefined): ChildProgram['services'] {
  if (told?.kind !== 'list') return 'any'
  return new Set(told.items.map((item) => (item.kind === 'leaf' ? String(item.value) : '')))
}
