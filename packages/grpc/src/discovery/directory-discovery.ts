import { randomUUID } from 'node:crypto'
import type { ChannelCredentials, ChannelOptions } from '@grpc/grpc-js'
import type { Clock, Logger } from '@modkit/core'
import { silentLogger, systemClock, type DirectoryClient } from '@modkit/core/spi'
import { installResolver, SCHEME } from './directory-resolver.js'
import type { DiscoveredChannel, Discovery } from './discovery.js'
import { composeServiceConfig } from './service-config.js'
import { addSource, removeSource } from './sources.js'

/** Which directory is asked, and what channels are made of. */
export interface DirectoryDiscoveryOptions {
  readonly directory: DirectoryClient
  /** Encrypts the channels, which then reach `https` endpoints alone. Default: `http` and `unix`, in plain text. */
  readonly credentials?: ChannelCredentials | undefined
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
  readonly #closed = new AbortController()

  constructor({ directory, credentials, clock = systemClock, logger = silentLogger }: DirectoryDiscoveryOptions) {
    this.#credentials = credentials
    installResolver()
    const isSecure = credentials !== undefined
    addSource(this.#name, { directory, isSecure, clock, logger, signal: this.#closed.signal })
  }

  channelFor(service: string): DiscoveredChannel {
    return {
      target: `${SCHEME}://${this.#name}/${service}`,
      options: { ...channelOptions, 'grpc.service_config': composeServiceConfig({ service }) },
      ...(this.#credentials && { credentials: this.#credentials }),
    }
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
