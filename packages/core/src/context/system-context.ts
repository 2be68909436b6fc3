import type { RemoteClientsSlot } from '../client-hub/remote-clients.js'
import type { Family } from '../config/children/child-program.js'
import type { Clock } from '../time/clock.js'
import type { GrpcInstallerStore } from './grpc-installers.js'
import type { HostStatus } from './host-status.js'
import type { ModuleManager } from '../out-of-process/module-manager.js'

/** A module of the host, as system modules see it. */
export interface SeenModule {
  readonly name: string
  /** The names of the modules that go before this one; optional ones that are absent are left out. */
  readonly deps: readonly string[]
  readonly capabilities: readonly string[]
  /** Where it runs: in this process, or in a child that the host spawns. */
  readonly placement: 'local' | 'moved'
}

/** What system modules see of the host. One object for the host's life. */
export interface SystemContext {
  /** The id of this process in the directory. */
  readonly instanceId: string
  readonly moduleManager: ModuleManager
  /** The modules of the host in the order in which they go, those that run elsewhere included. */
  readonly registry: { readonly entries: readonly SeenModule[] }
  readonly grpcInstallers: GrpcInstallerStore
  /** Where a hub puts what finds clients in other processes, no later than in its `init`. */
  readonly remoteClients: RemoteClientsSlot
  /** The processes of this program, where it has several: what they know each other by, and the services that they offer. */
  readonly family?: Family | undefined
  /** Where the host is in its life, for readiness and health. */
  readonly status: HostStatus
  /** What time it is for the host: a test may move it by hand. */
  readonly clock: Clock
}
