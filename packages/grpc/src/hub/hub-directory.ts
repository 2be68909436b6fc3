import type { ChannelCredentials } from '@grpc/grpc-js'
import { clientKey, type Clock, type Logger, type SystemContext } from '@modkit/core'
import type { DirectoryClient, DirectoryRegistration, ModuleGrpcServices, RegistrationAnswer } from '@modkit/core/spi'
import type { DirectoryConfig } from './hub-directory-config.js'
import type { Discovery } from '../discovery/discovery.js'

/** The directory that the hub serves, or is a client of; the hub registers it in its `init`. */
export const directoryClient = clientKey<DirectoryClient>('modkit.directory')

export interface HubDirectoryOptions {
  readonly settings: DirectoryConfig
  readonly system: Pick<SystemContext, 'instanceId' | 'moduleManager' | 'clock'>
  readonly logger: Logger
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Of channels to the directory and to what it finds, where they are encrypted. */
  readonly credentials?: ChannelCredentials | undefined
  /** The public key, as SPKI in DER, of what this host signs. */
  readonly signingKey?: Uint8Array | undefined
  /** Told of the public key of the host that has the directory, whenever this process has registered there. */
  readonly onRegistered?: ((answer: RegistrationAnswer) => void) | undefined
}

/** The hub's part in the directory: it keeps one of its own, or has a place in another host's. */
export interface HubDirectory {
  readonly client: DirectoryClient
  readonly discovery: Discovery
  /** What the hub serves besides the services of modules. */
  readonly services: readonly ModuleGrpcServices[]
  /** The services of `modules` can be found at `endpoint` from here on. */
  open(endpoint: string, modules: readonly ModuleGrpcServices[]): void
  /** They cannot be found any more: before the hub stops serving. Never rejects; waits only where others must be told. */
  leave(deadline: AbortSignal): Promise<void> | undefined
  /** Everything ends that was looked for or watched. */
  close(): void
}

/** What a process says of itself when it can be found at `endpoint`, module by module. */
export function registrationsOf(
  modules: readonly ModuleGrpcServices[],
  { endpoint, instanceId, clock }: { readonly endpoint: string; readonly instanceId: string; readonly clock: Clock },
): readonly OwnRegistration[] {
  const facts = { pid: process.pid, startedAt: Math.round(clock.now() - process.uptime() * 1_000) }
  return modules
    .filter(({ services }) => services.length > 0)
    .map((offered) => ({
      module: offered.module,
      instanceId,
      services: Object.fromEntries(offered.services.map(({ serviceName }) => [serviceName, endpoint])),
      ...facts,
      isAvailable: () => offered.available,
    }))
}

/** One module of this process, and whether it serves. */
export interface OwnRegistration extends DirectoryRegistration {
  readonly pid: number
  readonly startedAt: number
  readonly isAvailable: () => boolean
}
