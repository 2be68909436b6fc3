import {
  Client,
  connectivityState,
  credentials as channelCredentials,
  Metadata,
  type ChannelCredentials,
  type ChannelOptions,
  type ClientReadableStream,
  type ServiceDefinition,
} from '@grpc/grpc-js'
import { HostError, type Clock } from '@modkit/core'
import { parseEndpoint, targetOf } from './dial-address.js'
import { directoryErrorOf } from './directory-errors.js'
import { DIRECTORY_SERVICE, loadDirectoryService } from './directory-proto.js'

export interface DirectoryChannelOptions {
  /** `http://host:port`, `https://host:port` or `unix:///path`. */
  readonly endpoint: string
  /** Shown with every call. */
  readonly token?: string | undefined
  readonly clock: Clock
  /** How long a call may take, the wait for a connection included. */
  readonly timeoutMs: number
  /** Default: what the endpoint says, and the system's certificates. */
  readonly credentials?: ChannelCredentials | undefined
}

export interface ChannelCall {
  readonly signal?: AbortSignal | undefined
  readonly notFound?: HostError
}

/** Every method of the directory may be repeated: doing it twice is doing it once. */
const serviceConfig = JSON.stringify({
  loadBalancingConfig: [{ pick_first: {} }],
  methodConfig: [
    {
      name: [{ service: DIRECTORY_SERVICE }],
      retryPolicy: {
        maxAttempts: 4,
        initialBackoff: '0.05s',
        maxBackoff: '1s',
        backoffMultiplier: 2,
        retryableStatusCodes: ['UNAVAILABLE'],
      },
    },
  ],
})

const channelOptions: ChannelOptions = {
  'grpc.service_config': serviceConfig,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  // Who watches would otherwise not notice a directory that vanished without closing its connections.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  // The connection ends with this client, and its failures are its own.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_channelz': 0,
}

type MethodName = 'ResolveGrpcService' | 'ListInstances' | 'RegisterInstance' | 'DeregisterInstance' | 'Heartbeat'

/** The connection to a directory in another process: made when first needed, and again whenever it is lost. */
export class DirectoryChannel {
  readonly endpoint: string
  readonly #options: DirectoryChannelOptions
  readonly #client: Client
  readonly #definition: ServiceDefinition = loadDirectoryService()

  /** @throws HostError `DIRECTORY_REQUEST_INVALID` when the endpoint is none */
  constructor(options: DirectoryChannelOptions) {
    const address = parseEndpoint(options.endpoint)
    if (!address) {
      const reason = `"${options.endpoint}" is not http://host:port, https://host:port or unix:///path`
      throw new HostError('DIRECTORY_REQUEST_INVALID', { field: 'the endpoint of the directory', reason })
    }
    this.endpoint = options.endpoint
    this.#options = options
    const isSecure = address.kind === 'tcp' && address.tls
    const byEndpoint = isSecure ? channelCredentials.createSsl() : channelCredentials.createInsecure()
    this.#client = new Client(targetOf(address), options.credentials ?? byEndpoint, channelOptions)
  }

  /**
   * Waits for a connection as long as the call may take. Its time is measured by the clock, because grpc-js goes by the wall
   * clock, which may be set.
   */
  call<Response>(name: MethodName, request: object, { signal, notFound }: ChannelCall): Promise<Response> {
    const { clock, timeoutMs } = this.#options
    const { path, requestSerialize, responseDeserialize } = this.#methodOf(name)
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error)
        return
      }
      let end: (() => Error) | undefined
      const call = this.#client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        this.#metadata({ waitForReady: true }),
        (failure, response) => {
          timer.cancel()
          signal?.removeEventListener('abort', onAbort)
          if (!failure) resolve(response as Response)
          else reject(end?.() ?? directoryErrorOf(failure, { endpoint: this.endpoint, notFound }))
        },
      )
      const endWith = (error: () => Error): void => {
        end ??= error
        call.cancel()
      }
      const onAbort = (): void => endWith(() => signal?.reason as Error)
      const timer = clock.after(timeoutMs, () => {
        const late = this.#lateError(name)
        endWith(() => late)
      })
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** Fails at once where there is no connection: whoever watches wants to know, and tries again by itself. */
  watch(request: object): ClientReadableStream<unknown> {
    const { path, requestSerialize, responseDeserialize } = this.#methodOf('Watch')
    return this.#client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, this.#metadata())
  }

  close(): void {
    this.#client.close()
  }

  #methodOf(name: MethodName | 'Watch'): ServiceDefinition[string] {
    const method = this.#definition[name]
    if (!method) throw new RangeError(`The directory has no method ${name}.`)
    return method
  }

  #metadata(options: { readonly waitForReady?: boolean } = {}): Metadata {
    const metadata = new Metadata(options)
    const { token } = this.#options
    if (token !== undefined) metadata.set('authorization', `Bearer ${token}`)
    return metadata
  }

  #lateError(name: string): HostError {
    const { timeoutMs: afterMs } = this.#options
    const isConnected = this.#client.getChannel().getConnectivityState(false) === connectivityState.READY
    if (isConnected) return new HostError('DEADLINE_EXCEEDED', { operation: `${name} of the directory`, afterMs })
    const reason = `no connection within ${String(afterMs)} ms`
    return new HostError('DIRECTORY_UNAVAILABLE', { endpoint: this.endpoint, reason })
  }
}
