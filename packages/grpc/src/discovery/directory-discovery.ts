import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { ChannelCredentials, ChannelOptions } from '@grpc/grpc-js'
import type { Clock, Logger } from '@modkit/core'
import { silentLogger, systemClock, type DirectoryClient } from '@modkit/core/spi'
import type { DialAddress } from '../directory/dial-address.js'
import type { ClientTls } from '../tls/client-tls.js'
import { EndpointCredentials } from '../tls/endpoint-credentials.js'
import { installResolver, SCHEME } from './directory-resolver.js'
import type { DiscoveredChannel, Discovery } from './discovery.js'
import { composeServiceConfig } from './service-config.js'
import { addSource, removeSource } from './sources.js'

/** Which directory is asked, and what channels are made of. */
export interface DirectoryDiscoveryOptions {
  readonly directory: DirectoryClient
  /** Encrypts the channels, which then reach `https` endpoints alone. Default: as `tls` says. */
  readonly credentials?: ChannelCredentials | undefined
  /** How `https` endpoints are reached beside the others. Default: they are not, and everything is in plain text. */
  readonly tls?: ClientTls | undefined
  readonly clock?: Clock | undefined
  /** Told of endpoints that cannot be used. Default nobody. */
  readonly logger?: Logger | undefined
}

/** For all channels. An instance that comes back at its old endpoint is found again within about a second. */
const channelOptions: ChannelOptions = {
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.enable_channelz': 0,
}

/**
 * Finds services through a directory. A channel that it describes follows the directory for as long as the channel is in use:
 * instances that come, move or go reach its callers without polling.
 */
export class DirectoryDiscovery implements Discovery, Disposable {
  readonly #name = randomUUID()
  readonly #credentials: ChannelCredentials | undefined
  readonly #tls: ClientTls | undefined
  readonly #places = new Map<string, readonly DialAddress[]>()
  readonly #closed = new AbortController()

  constructor({ directory, credentials, tls, clock = systemClock, logger = silentLogger }: DirectoryDiscoveryOptions) {
    this.#credentials = credentials
    this.#tls = tls
    installResolver()
    const reach = credentials ? 'encrypted' : tls ? 'all' : 'plain'
    addSource(this.#name, { directory, reach, places: this.#places, clock, logger, signal: this.#closed.signal })
  }

  channelFor(service: string): DiscoveredChannel {
    const credentials = this.#credentials ?? this.#byEndpoint(service)
    return {
      target: `${SCHEME}://${this.#name}/${service}`,
      options: { ...channelOptions, 'grpc.service_config': composeServiceConfig({ service }) },
      ...(credentials && { credentials }),
    }
  }

  #byEndpoint(service: string): ChannelCredentials | undefined {
    if (!this.#tls) return undefined
    return new EndpointCredentials(this.#tls, (connection) => namesAt(this.#places.get(service) ?? [], connection))
  }

  /** Channels learn nothing new from here on, and new ones find nobody. */
  close(): void {
    removeSource(this.#name)
    this.#closed.abort()
  }

  /** The same as {@link close}. */
  [Symbol.dispose](): void {
    this.close()
  }
}

/**
 * Which of the places of a service a connection leads to is told by its port: a host may have several addresses. One that
 * may be encrypted is, so that nobody is talked into plain text.
 */
function namesAt(places: readonly DialAddress[], { remotePort }: Socket): readonly string[] | undefined {
  const names = places.flatMap((place) =>
    place.kind === 'tcp' && place.tls && place.port === remotePort ? place.host : [],
  )
  return names.length > 0 ? names : undefined
}
