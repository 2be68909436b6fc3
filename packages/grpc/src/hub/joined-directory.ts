import { messageOf, type ModuleGrpcServices, type RegistrationAnswer } from '@modkit/core/spi'
import { DirectoryMembership } from '../directory/directory-membership.js'
import { GrpcDirectoryClient } from '../directory/grpc-directory-client.js'
import { DirectoryDiscovery } from '../discovery/directory-discovery.js'
import { credentialsOf } from '../tls/endpoint-credentials.js'
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
  /** What a host has spawned it has told what there is. */
  readonly isShared: boolean
  /** Whoever looks for something asks the other process. */
  readonly services: readonly ModuleGrpcServices[] = []
  readonly #options: JoinedDirectoryOptions
  #membership: DirectoryMembership | undefined

  constructor(options: JoinedDirectoryOptions) {
    const { endpoint, token, tls, logger, system } = options
    const { clock } = system
    this.#options = options
    this.isShared = options.module === undefined
    const credentials = credentialsOf(endpoint, tls)
    this.client = new GrpcDirectoryClient({ endpoint, token, credentials, clock, logger })
    this.discovery = new DirectoryDiscovery({ directory: this.client, tls, clock, logger })
  }

  open(endpoint: string, modules: readonly ModuleGrpcServices[]): void {
    const { system, logger, instanceId, module } = this.#options
    const { clock } = system
    const offered = registrationsOf(modules, { endpoint, instanceId, clock })
    const silent = module === undefined ? [] : [{ module, instanceId, services: {}, pid: process.pid }]
    const instances = offered.length > 0 ? offered : silent
    if (instances.length === 0) return
    const isReady = (): boolean => system.status.hasRun
    const onRegistered = (answer: RegistrationAnswer): void => this.#follow(answer)
    const membership = new DirectoryMembership({
      directory: this.client,
      instances,
      isReady,
      // Whoever has spawned this process shows it; to anybody else it is nothing to know.
      health: module === undefined ? undefined : (signal) => system.status.health(signal),
      clock,
      logger,
      onRegistered,
    })
    this.#membership = membership
    membership.join()
    void system.status.whenRunning().then(() => membership.becomeReady())
  }

  leave(deadline: AbortSignal): Promise<void> | undefined {
    return this.#membership?.leave(deadline)
  }

  /** A key that cannot be used leaves us with whom we trust already. */
  #follow({ signingKey }: RegistrationAnswer): void {
    const { vouching, logger } = this.#options
    if (!signingKey) return
    try {
      vouching?.follow(signingKey)
    } catch (error) {
      logger.warn('The host of the directory signs with a key that cannot be used', { error: messageOf(error) })
    }
  }

  close(): void {
    this.discovery.close()
    this.client.close()
  }
}
