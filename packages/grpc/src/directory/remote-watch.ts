import type { ClientReadableStream } from '@grpc/grpc-js'
import type { Clock, ClockTimer, Logger } from '@modkit/core'
import { messageOf, sleep, type ServiceEndpoint } from '@modkit/core/spi'
import { Bell } from './bell.js'
import type { DirectoryChannel } from './directory-channel.js'
import { directoryErrorOf, isFinal, isRefusal } from './directory-errors.js'
import { decodeResolved, type WatchMessage } from './directory-messages.js'
import { RetryDelay } from './retry-delay.js'
import { changesOf } from './watch-endpoints.js'

export interface RemoteWatchOptions {
  readonly channel: DirectoryChannel
  readonly service: string
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * How long what the last directory said stands beside what a new one says. Everybody who lives will have registered with it
 * by then: heartbeats come every five seconds.
 */
export const BRIDGE_MS = 12_000

const RETRY = { firstMs: 50, maxMs: 1_000 } as const

/**
 * Follows one service through a directory in another process, and through its outages: the last answer stands until there is
 * a new one. A directory that was restarted does not know of everybody yet, so for a while its answers only add.
 */
export class RemoteWatch {
  readonly #options: RemoteWatchOptions
  readonly #bell = new Bell()
  readonly #delay = new RetryDelay(RETRY)
  #told: readonly ServiceEndpoint[] | undefined
  #bridged: readonly ServiceEndpoint[] = []
  #bridge: ClockTimer | undefined
  #directoryId: string | undefined
  #failure: Error | undefined

  constructor(options: RemoteWatchOptions) {
    this.#options = options
  }

  /** Lives once. */
  async *changes(signal: AbortSignal): AsyncGenerator<readonly ServiceEndpoint[], void, void> {
    const over = new AbortController()
    const both = AbortSignal.any([signal, over.signal])
    const following = this.#follow(both)
    try {
      yield* changesOf(() => this.#current(), { bell: this.#bell, signal })
    } finally {
      over.abort()
      this.#bridge?.cancel()
      await following
    }
  }

  #current(): readonly ServiceEndpoint[] | undefined {
    if (this.#failure) throw this.#failure
    if (!this.#told) return undefined
    const known = new Set(this.#told.map(({ instanceId }) => instanceId))
    return [...this.#told, ...this.#bridged.filter(({ instanceId }) => !known.has(instanceId))]
  }

  /** Never rejects: what ends the watch is thrown to who iterates. */
  async #follow(signal: AbortSignal): Promise<void> {
    const { channel, clock, service } = this.#options
    const isOver = (): boolean => signal.aborted
    while (!isOver()) {
      const failure = await this.#readStream(channel.watch({ serviceName: service }), signal)
      if (isOver()) return
      if (isFinal(failure) || (isRefusal(failure) && !this.#told)) {
        this.#failure = directoryErrorOf(failure, channel)
        this.#bell.ring()
        return
      }
      this.#reportOutage(failure)
      await sleep(this.#delay.next(), { clock, signal })
    }
  }

  /** Resolves with what ended the stream. */
  async #readStream(stream: ClientReadableStream<unknown>, signal: AbortSignal): Promise<unknown> {
    const cancel = (): void => stream.cancel()
    // An error that comes after nobody reads any more.
    stream.on('error', () => undefined)
    signal.addEventListener('abort', cancel, { once: true })
    try {
      if (signal.aborted) cancel()
      for await (const message of stream) this.#onMessage(message as WatchMessage)
      return new Error('the directory ended the stream')
    } catch (error) {
      return error
    } finally {
      signal.removeEventListener('abort', cancel)
      cancel()
    }
  }

  #onMessage({ instances, directoryId }: WatchMessage): void {
    this.#reportRecovery()
    if (this.#directoryId !== undefined && this.#directoryId !== directoryId) this.#bridgeFrom(this.#current() ?? [])
    this.#directoryId = directoryId
    this.#told = instances.map(decodeResolved)
    this.#bell.ring()
  }

  #bridgeFrom(endpoints: readonly ServiceEndpoint[]): void {
    this.#bridge?.cancel()
    this.#bridged = endpoints
    this.#bridge = this.#options.clock.after(
      BRIDGE_MS,
      () => {
        this.#bridged = []
        this.#bell.ring()
      },
      { keepAlive: false },
    )
  }

  /** Once for each outage. */
  #reportOutage(failure: unknown): void {
    if (this.#delay.failures > 0) return
    const { channel, service, logger } = this.#options
    const fields = { service, directory: channel.endpoint, error: messageOf(failure) }
    logger.warn('Directory cannot be watched; its last answer stands meanwhile', fields)
  }

  #reportRecovery(): void {
    if (this.#delay.failures === 0) return
    const { channel, service, logger } = this.#options
    logger.info('Directory is watched again', { service, directory: channel.endpoint })
    this.#delay.reset()
  }
}
