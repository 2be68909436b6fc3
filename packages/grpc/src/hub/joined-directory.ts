import type { ModuleGrpcServices } from '@modkit/core/spi'
import { DirectoryMembership } from '../directory/directory-membership.js'
import { GrpcDirectoryClient } from '../directory/grpc-directory-client.js'
import { DirectoryDiscovery } from '../discovery/directory-discovery.js'
import { registrationsOf, type HubDirectory, type HubDirectoryOptions } from './hub-directory.js'

export interface JoinedDirectoryOptions extends HubDirectoryOptions {
  readonly endpoint: string
  readonly token: string | undefined
  /** The id under which the directory is to know this process. */
  readonly instanceId: string
  /** The module that this process is, for its host, though it may offer no services. */
  readonly module: string | undefined
}

/** A place in the directory of another process. */
export class JoinedDirectory implements HubDirectory {
  readonly client: GrpcDirectoryClient
  readonly discovery: DirectoryDiscovery
  /** Whoever looks for something asks the other process. */
  readonly services: readonly ModuleGrpcServices[] = []
  readonly #options: JoinedDirectoryOptions
  #membership: DirectoryMembership | undefined

  constructor(options: JoinedDirectoryOptions) {
    const { endpoint, token, credentials, logger, system } = options
    const { clock } = system
    this.#options = options
    this.client = new GrpcDirectoryClient({ endpoint, token, credentials, clock, logger })
    this.discovery = new DirectoryDiscovery({ directory: this.client, credentials, clock, logger })
  }

  open(endpoint: string, modules: readonly ModuleGrpcServices[]): void {
    const { system, logger, instanceId, module, onRegistered } = this.#options
    const { clock } = system
    const offered = registrationsOf(modules, { endpoint, instanceId, clock })
    const silent = module === undefined ? [] : [{ module, instanceId, services: {}, pid: process.pid }]
    const instances = offered.length > 0 ? offered : silent
    if (instances.length === 0) return
    this.#membership = new DirectoryMembership({ directory: this.client, instances, clock, logger, onRegistered })
    this.#membership.join()
  }

  leave(deadline: AbortSignal): Promise<void> | undefined {
    return this.#membership?.leave(deadline)
  }

  close(): void {
    this.discovery.close()
    this.client.close()
  }
}
