import type { RemoteClientsSlot } from '../client-hub/remote-clients.js'
import type { Family } from '../config/children/child-program.js'
import type { Clock } from '../time/clock.js'
import type { GrpcInstallerStore } from './grpc-installers.js'
import type { HostStatus } from './host-status.js'
import type { ModuleManager } from '../out-of-process/module-manager.js'
import type { ModuleRegistry } from '../registry/module-registry.js'

/** What system modules see of the host. One object for the host's life. */
export interface SystemContext {
  /** The id of this process in the directory. */
  readonly instanceId: string
  readonly moduleManager: ModuleManager
  /** The modules of the host, those that run elsewhere included. */
  readonly registry: ModuleRegistry
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
