import type {
  DirectoryCallOptions,
  DirectoryClient,
  DirectoryInstance,
  DirectoryRegistration,
  InstanceHeartbeat,
  InstanceIdentity,
  RegistrationAnswer,
  ServiceEndpoint,
} from '@modkit/core/spi'
import { hostCaller } from './directory-callers.js'
import type { Directory } from './directory.js'

/** The directory, for code of the process that keeps it. It is trusted, and may change every instance. */
export class LocalDirectoryClient implements DirectoryClient {
  readonly #directory: Directory

  constructor(directory: Directory) {
    this.#directory = directory
  }

  async resolveGrpcService(service: string, options?: DirectoryCallOptions): Promise<ServiceEndpoint> {
    options?.signal?.throwIfAborted()
    return this.#directory.resolve(service)
  }

  async listInstances(module: string, options?: DirectoryCallOptions): Promise<readonly DirectoryInstance[]> {
    options?.signal?.throwIfAborted()
    return this.#directory.list(module)
  }

  async registerInstance(
    registration: DirectoryRegistration,
    options?: DirectoryCallOptions,
  ): Promise<RegistrationAnswer> {
    options?.signal?.throwIfAborted()
    return this.#directory.register(registration, hostCaller)
  }

  async deregisterInstance(instance: InstanceIdentity, options?: DirectoryCallOptions): Promise<void> {
    options?.signal?.throwIfAborted()
    this.#directory.deregister(instance, hostCaller)
  }

  async sendHeartbeat(instance: InstanceHeartbeat, options?: DirectoryCallOptions): Promise<void> {
    options?.signal?.throwIfAborted()
    this.#directory.heartbeat(instance, hostCaller)
  }

  async *watchService(
    service: string,
    options?: DirectoryCallOptions,
  ): AsyncGenerator<readonly ServiceEndpoint[], void, void> {
    yield* this.#directory.watch(service, options?.signal)
  }
}
