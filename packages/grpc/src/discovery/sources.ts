import type { Clock, Logger } from '@modkit/core'
import type { DirectoryClient } from '@modkit/core/spi'
import type { DialAddress } from '../directory/dial-address.js'

/** What resolvers ask for the instances of services. */
export interface DiscoverySource {
  readonly directory: DirectoryClient
  /** Which endpoints channels can reach: those in plain text, those that are encrypted, or both. */
  readonly reach: 'plain' | 'encrypted' | 'all'
  /** Where each service was last said to be; the resolver writes it, for whoever connects. */
  readonly places: Map<string, readonly DialAddress[]>
  readonly clock: Clock
  readonly logger: Logger
  /** Aborts when nobody is to be looked for any more. */
  readonly signal: AbortSignal
}

const SOURCES = Symbol.for('modkit:grpc-discovery-sources')

/**
 * The sources of this process by the names that targets have in `modkit://<source>/<service>`. Several copies of this package
 * share one scheme of grpc-js, therefore they share the sources.
 */
function sources(): Map<string, DiscoverySource> {
  const holder = globalThis as unknown as Record<symbol, Map<string, DiscoverySource> | undefined>
  const shared = holder[SOURCES] ?? new Map<string, DiscoverySource>()
  holder[SOURCES] = shared
  return shared
}

export function addSource(name: string, source: DiscoverySource): void {
  sources().set(name, source)
}

export function removeSource(name: string): void {
  sources().delete(name)
}

/** The source of a target; of one that names none, the only one there is. */
export function findSource(name: string): DiscoverySource | undefined {
  const known = sources()
  if (name !== '') return known.get(name)
  return known.size === 1 ? [...known.values()][0] : undefined
}
