import type { ChannelCredentials } from '@grpc/grpc-js'
import { clientKey, type Clock, type Logger, type SystemContext } from '@modkit/core'
import type { DirectoryClient, DirectoryRegistration, ModuleGrpcServices } from '@modkit/core/spi'
import type { ChannelSource } from '../client/channel-source.js'
import type { Vouching } from '../propagation/vouching.js'
import type { OfferedServices } from './own-services.js'
import type { DirectoryConfig } from './hub-directory-config.js'
import type { Discovery } from '../discovery/discovery.js'

/** The directory that the hub serves, or is a client of; the hub registers it in its `init`. */
export const directoryClient = clientKey<DirectoryClient>('modkit.directory')

export interface HubDirectoryOptions {
  readonly settings: DirectoryConfig
  readonly system: Pick<SystemContext, 'instanceId' | 'moduleManager' | 'clock' | 'status'>
  readonly logger: Logger
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Of channels to the directory and to what it finds, where they are encrypted. */
  readonly credentials?: ChannelCredentials | undefined
  /** The word of a host counts in its children: they are told its key, and follow it. */
  readonly vouching?: Pick<Vouching, 'publicKey' | 'follow'> | undefined
}

/** The hub's part in the directory: it keeps one of its own, or has a place in another host's. */
export interface HubDirectory {
  readonly client: DirectoryClient
  readonly discovery: Discovery
  /** Whether processes may be in it that this host has not spawned: then nobody here knows what there is to be found. */
  readonly isShared: boolean
  /** What the hub serves besides the services of modules. */
  readonly services: readonly OfferedServices[]
  /** The services of `modules` can be found at `endpoint` from here on. */
  open(endpoint: string, modules: readonly ModuleGrpcServices[]): void
  /** They cannot be found any more: before the hub stops serving. Never rejects; waits only where others must be told. */
  leave(deadline: AbortSignal): Promise<void> | undefined
  /** Everything ends that was looked for or watched. */
  close(): void
}

/**
 * The services that the directory may find. Those of modules that are still starting, or starting again, are worth waiting for.
 */
export function servicesElsewhere(
  { discovery, isShared }: HubDirectory,
  { remoteClients, family }: Pick<SystemContext, 'remoteClients' | 'family'>,
): ChannelSource {
  return {
    channelFor(service) {
      if (!isShared && !remoteClients.mayBeElsewhere(service)) return undefined
      const familySecret = family?.services.has(service) === true ? family.secret : undefined
      return { ...discovery.channelFor(service), waitForReady: true, familySecret }
    },
  }
}

/** What a process says of itself when it can be found at `endpoint`, module by module. */
export function registrationsOf(
  modules: readonly ModuleGrpcServices[],
  { endpoint, instanceId, clock }: { readonly endpoint: string; readonly instanceId: string; readonly clock: Clock },
): readonly OwnRegistration[] {
  const facts = { pid: process.pid, startedAt: Math.round(clock.now() - process.uptime() * 1_000) }
  const registrations = new Map<string, OwnRegistration>()
  for (const offered of modules) {
    const services = Object.fromEntries(offered.services.map(({ serviceName }) => [serviceName, endpoint]))
    // A module that offers something to everybody and something to its own program is one instance all the same.
    const known = registrations.get(offered.module)
    const isAvailable = (): boolean => offered.available
    const { module } = offered
    if (offered.services.length > 0)
      registrations.set(module, {
        module,
        instanceId,
        ...facts,
        isAvailable,
        services: { ...known?.services, ...services },
      })
  }
  return [...registrations.values()]
}

/** One module of this process, and whether it serves. */
export interface OwnRegistration extends DirectoryRegistration {
  readonly pid: number
  readonly startedAt: number
  readonly isAvailable: () => boolean
}
