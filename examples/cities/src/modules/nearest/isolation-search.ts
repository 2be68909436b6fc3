import { setImmediate } from 'node:timers/promises'
import { inject } from '@modkit/core'
import type { CallOptions } from '@modkit/grpc'
import { CityTable } from './city-table.js'
import { isolationErrors } from './nearest-client.js'
import type { IsolatedCity, MostIsolatedReply, MostIsolatedRequest, NearestLarger } from './nearest-larger.grpc.js'
import type { Isolation, RankedCities } from './ranked-cities.js'

const DEFAULT_LIMIT = 10
const HIGHEST_LIMIT = 100

/** So many comparisons take some milliseconds; then the others of the process have their turn. */
const COMPARISONS_PER_TURN = 2_000_000

/** Compares every city of a country with every larger one of the world: for some countries billions of comparisons. */
export class IsolationSearch implements NearestLarger {
  readonly #table = inject(CityTable)

  /** @throws COUNTRY_UNKNOWN */
  async mostIsolated(
    { country, limit }: MostIsolatedRequest,
    { signal }: CallOptions = {},
  ): Promise<MostIsolatedReply> {
    const cities = await this.#table.current()
    const ranks = cities.ranksOf(country)
    if (ranks.length === 0) throw isolationErrors.COUNTRY_UNKNOWN({ country })
    const found = await isolations(cities, ranks, signal)
    found.sort((a, b) => b.distanceKm - a.distanceKm)
    // Over gRPC, what is not set is zero.
    return { cities: found.slice(0, Math.min(limit || DEFAULT_LIMIT, HIGHEST_LIMIT)).map(isolatedCity) }
  }
}

async function isolations(
  cities: RankedCities,
  ranks: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Isolation[]> {
  const found: Isolation[] = []
  let comparisons = 0
  for (const rank of ranks) {
    const isolation = cities.isolationOf(rank)
    if (isolation) found.push(isolation)
    comparisons += rank
    if (comparisons < COMPARISONS_PER_TURN) continue
    comparisons = 0
    await setImmediate()
    signal?.throwIfAborted()
  }
  return found
}

function isolatedCity({ city, larger, distanceKm }: Isolation): IsolatedCity {
  const { id, name, country, population } = city
  return {
    ...{ id, name, country, population, distanceKm },
    ...{ largerId: larger.id, largerName: larger.name, largerCountry: larger.country },
  }
}
