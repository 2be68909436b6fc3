import type { ChannelCredentials } from '@grpc/grpc-js'
import { HostError, type Clock, type Logger } from '@modkit/core'
import {
  silentLogger,
  systemClock,
  type DirectoryCallOptions,
  type DirectoryClient,
  type DirectoryInstance,
  type DirectoryRegistration,
  type InstanceHeartbeat,
  type InstanceIdentity,
  type RegistrationAnswer,
  type ServiceEndpoint,
} from '@modkit/core/spi'
import { DirectoryChannel } from './directory-channel.js'
import {
  decodeAnswer,
  decodeListed,
  decodeResolved,
  encodeHeartbeat,
  encodeRegistration,
  type AnswerMessage,
  type InstancesMessage,
  type ResolvedMessage,
} from './directory-messages.js'
import { RemoteWatch } from './remote-watch.js'

/** Where the directory is, and how to get in. */
export interface GrpcDirectoryClientOptions {
  /** Where the directory is: `http://host:port`, `https://host:port` or `unix:///path`. */
  readonly endpoint: string
  /** What proves who is calling: `MODKIT_DIRECTORY_TOKEN`, or one of the secrets that the host of the directory has. */
  readonly token?: string | undefined
  /** For `https`. Default: what the endpoint says, and the system's certificates. */
  readonly credentials?: ChannelCredentials | undefined
  /** How long a call may take, connecting included. Default 5,000 ms. */
  readonly timeoutMs?: number | undefined
  readonly clock?: Clock | undefined
  /** Told of outages and their ends. Default nobody. */
  readonly logger?: Logger | undefined
}

const DEFAULT_TIMEOUT_MS = 5_000

/**
 * The directory of another process. Nothing is connected before the first call; a connection that is lost is made again.
 *
 * Calls fail with the errors that they fail with in process, and with `DIRECTORY_UNAVAILABLE`, `DIRECTORY_UNAUTHENTICATED`
 * or `DEADLINE_EXCEEDED`. What is watched goes on being watched through outages.
 */
export class GrpcDirectoryClient implements DirectoryClient, Disposable {
  readonly #channel: DirectoryChannel
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #closed = new AbortController()

  /** @throws HostError `DIRECTORY_REQUEST_INVALID` when the endpoint is none */
  constructor(options: GrpcDirectoryClientOptions) {
    this.#clock = options.clock ?? systemClock
    this.#logger = options.logger ?? silentLogger
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = options
    this.#channel = new DirectoryChannel({ ...options, clock: this.#clock, timeoutMs })
  }

  async resolveGrpcService(service: string, options: DirectoryCallOptions = {}): Promise<ServiceEndpoint> {
    const notFound = new HostError('SERVICE_NOT_FOUND', { service })
    const call = { ...options, notFound }
    return decodeResolved(
      await this.#channel.call<ResolvedMessage>('ResolveGrpcService', { serviceName: service }, call),
    )
  }

  async listInstances(module: string, options: DirectoryCallOptions = {}): Promise<readonly DirectoryInstance[]> {
    const listed = await this.#channel.call<InstancesMessage>('ListInstances', { moduleName: module }, options)
    return listed.instances.map(decodeListed)
  }

  async registerInstance(
    registration: DirectoryRegistration,
    options: DirectoryCallOptions = {},
  ): Promise<RegistrationAnswer> {
    const message = encodeRegistration(registration)
    return decodeAnswer(await this.#channel.call<AnswerMessage>('RegisterInstance', message, options))
  }

  async deregisterInstance(instance: InstanceIdentity, options: DirectoryCallOptions = {}): Promise<void> {
    await this.#channel.call('DeregisterInstance', messageOf(instance), options)
  }

  async sendHeartbeat(instance: InstanceHeartbeat, options: DirectoryCallOptions = {}): Promise<void> {
    const notFound = new HostError('INSTANCE_UNKNOWN', { module: instance.module, instanceId: instance.instanceId })
    await this.#channel.call('Heartbeat', encodeHeartbeat(instance), { ...options, notFound })
  }

  async *watchService(
    service: string,
    { signal }: DirectoryCallOptions = {},
  ): AsyncGenerator<readonly ServiceEndpoint[], void, void> {
    const watch = new RemoteWatch({ channel: this.#channel, service, clock: this.#clock, logger: this.#logger })
    yield* watch.changes(signal ? AbortSignal.any([signal, this.#closed.signal]) : this.#closed.signal)
  }

  /** Ends what is watched, and the connection. */
  close(): void {
    this.#closed.abort()
    this.#channel.close()
  }

  /** The same as {@link close}. */
  [Symbol.dispose](): void {
    this.close()
  }
}

function messageOf({ module, instanceId }: InstanceIdentity): object {
  return { moduleName: module, instanceId }
}
