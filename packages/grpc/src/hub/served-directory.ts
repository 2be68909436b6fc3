import { status } from '@grpc/grpc-js'
import type { Clock } from '@modkit/core'
import type { DirectoryClient, ModuleGrpcServices } from '@modkit/core/spi'
import { DirectoryCallers } from '../directory/directory-callers.js'
import { DirectoryKeeper } from '../directory/directory-keeper.js'
import { directoryService } from '../directory/directory-service.js'
import { Directory } from '../directory/directory.js'
import { LocalDirectoryClient } from '../directory/local-directory-client.js'
import { DirectoryDiscovery } from '../discovery/directory-discovery.js'
import { CallFailure } from '../failure/call-failure.js'
import { registrationsOf, type HubDirectory, type HubDirectoryOptions } from './hub-directory.js'
import { ownServices, type OfferedServices } from './own-services.js'

/** The directory of a host, kept in its process and served by its hub. */
export class ServedDirectory implements HubDirectory {
  readonly client: DirectoryClient
  readonly discovery: DirectoryDiscovery
  readonly isShared: boolean
  readonly services: readonly OfferedServices[]
  readonly #keeper: DirectoryKeeper
  readonly #clock: Clock
  readonly #instanceId: string
  readonly #closing = new AbortController()

  constructor({ settings, system, logger, credentials, vouching }: HubDirectoryOptions) {
    const { moduleManager: manager, clock, instanceId } = system
    this.isShared = (settings.secrets ?? []).length > 0
    const directory = new Directory({ manager, signingKey: vouching?.publicKey })
    const callers = new DirectoryCallers(manager, settings.secrets ?? [])
    this.client = new LocalDirectoryClient(directory)
    this.discovery = new DirectoryDiscovery({ directory: this.client, credentials, clock, logger })
    const closing = this.#closing.signal
    const service = directoryService({ directory, callers, directoryId: instanceId, closing, clock })
    // It looks at tokens itself, which are not those that an authenticator knows.
    this.services = [ownServices([service], { anybody: true })]
    this.#keeper = new DirectoryKeeper({ manager, clock, logger })
    this.#clock = clock
    this.#instanceId = instanceId
  }

  open(endpoint: string, modules: readonly ModuleGrpcServices[]): void {
    this.#keeper.open(registrationsOf(modules, { endpoint, instanceId: this.#instanceId, clock: this.#clock }))
  }

  leave(): undefined {
    this.#keeper.close()
    // Those who watch would hold the hub, which waits for the end of every call.
    this.#closing.abort(new CallFailure(status.UNAVAILABLE, 'The directory is closing.'))
  }

  close(): void {
    this.discovery.close()
  }
}
