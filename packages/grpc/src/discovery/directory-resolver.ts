import { Metadata, status, experimental } from '@grpc/grpc-js'
import { messageOf, sleep, systemClock, type ServiceEndpoint } from '@modkit/core/spi'
import { parseEndpoint, type DialAddress } from '../directory/dial-address.js'
import { RetryDelay } from '../directory/retry-delay.js'
import { findSource, type DiscoverySource } from './sources.js'

/** The scheme of the targets. */
export const SCHEME = 'modkit'

const RETRY = { firstMs: 100, maxMs: 5_000 } as const

/** Tells grpc-js of the scheme. Once is enough, and more does no harm. */
export function installResolver(): void {
  experimental.registerResolver(SCHEME, DirectoryResolver)
}

/**
 * Finds the instances of a service for one channel of grpc-js, for as long as the channel wants to know.
 *
 * It answers when something has changed, and never because it was asked again: grpc-js asks whenever a connection fails or an
 * instance is left out, takes every answer for news, and would go round in circles.
 */
class DirectoryResolver implements experimental.Resolver {
  readonly #service: string
  readonly #source: DiscoverySource | undefined
  readonly #tell: experimental.ResolverListener
  readonly #refused = new Set<string>()
  #watching: AbortController | undefined

  constructor(target: experimental.GrpcUri, listener: experimental.ResolverListener) {
    this.#service = target.path
    this.#source = findSource(target.authority ?? '')
    this.#tell = listener
  }

  static getDefaultAuthority({ path }: experimental.GrpcUri): string {
    return path
  }

  updateResolution(): void {
    if (this.#watching) return
    this.#watching = new AbortController()
    void this.#follow(this.#watching.signal)
  }

  destroy(): void {
    this.#watching?.abort()
    this.#watching = undefined
  }

  /** Never rejects. */
  async #follow(destroyed: AbortSignal): Promise<void> {
    const source = this.#source
    const signal = source ? AbortSignal.any([destroyed, source.signal]) : destroyed
    const clock = source?.clock ?? systemClock
    const delay = new RetryDelay(RETRY)
    // Never while grpc-js is still making the channel.
    await Promise.resolve()
    const isOver = (): boolean => signal.aborted
    while (!isOver()) {
      try {
        if (!source) throw new Error('the target names no directory that is known, or does not say which of several')
        for await (const endpoints of source.directory.watchService(this.#service, { signal })) {
          if (isOver()) break
          delay.reset()
          this.#tellEndpoints(endpoints, source)
        }
      } catch (error) {
        if (!isOver()) this.#tellFailure(messageOf(error))
      }
      await sleep(delay.next(), { clock, signal })
    }
    if (!destroyed.aborted) this.#tellFailure('the directory is closed')
  }

  #tellEndpoints(endpoints: readonly ServiceEndpoint[], source: DiscoverySource): void {
    const addresses = endpoints.flatMap((endpoint) => this.#reachable(endpoint, source) ?? [])
    source.places.set(this.#service, addresses)
    const value = addresses.map((address) => ({ addresses: [subchannelAddressOf(address)] }))
    this.#tell({ ok: true, value }, {}, null, '')
    // An error alone would leave grpc-js with those that are gone, and a list without entries would keep its calls waiting.
    if (value.length === 0) this.#tellFailure('no healthy instance offers it')
  }

  #tellFailure(reason: string): void {
    const details = `The service "${this.#service}" cannot be reached: ${reason}`
    this.#tell({ ok: false, error: { code: status.UNAVAILABLE, details, metadata: new Metadata() } }, {}, null, '')
  }

  #reachable({ endpoint, instanceId }: ServiceEndpoint, { reach, logger }: DiscoverySource): DialAddress | undefined {
    const address = parseEndpoint(endpoint)
    const kind = address?.kind === 'tcp' && address.tls ? 'encrypted' : 'plain'
    if (address && (reach === 'all' || reach === kind)) return address
    if (!this.#refused.has(endpoint)) {
      const reason = address ? 'one side speaks TLS, and the other does not' : 'it cannot be dialled'
      const fields = { service: this.#service, instance_id: instanceId, endpoint, reason }
      logger.warn('Instance cannot be reached through its endpoint', fields)
    }
    this.#refused.add(endpoint)
    return undefined
  }
}

function subchannelAddressOf(address: DialAddress): experimental.SubchannelAddress {
  return address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port }
}
