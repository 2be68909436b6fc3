import { inject, ModuleCtx } from '@modkit/core'
import type { City } from '../city-store/city.js'
import { cityStoreClient, type CityStore } from '../city-store/city-store.js'
import {
  nearestErrors,
  type NearCity,
  type NearestCities,
  type NearestCitiesReply,
  type NearestCitiesRequest,
} from './nearest-cities.js'
import { boxesAround, distanceKm, HALFWAY_AROUND_KM, type Place } from './sphere.js'

const DEFAULT_LIMIT = 10
const HIGHEST_LIMIT = 100
const DEFAULT_DISTANCE_KM = 1_000

/** Where cities are dense, so many kilometres are enough for a few of them. */
const FIRST_RADIUS_KM = 25

/**
 * Looks in a circle that doubles until it holds enough cities. The store reads only what lies in the box around it, so that
 * a search costs as much as there are cities nearby.
 */
export class NearestSearch implements NearestCities {
  readonly #ctx = inject(ModuleCtx)

  /** @throws COORDINATE_INVALID */
  async nearestCities(request: NearestCitiesRequest): Promise<NearestCitiesReply> {
    const { latitude, longitude } = request
    const isPlace = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
    if (!isPlace) throw nearestErrors.COORDINATE_INVALID({ latitude, longitude })
    const limit = Math.min(given(request.limit) ?? DEFAULT_LIMIT, HIGHEST_LIMIT)
    const farthestKm = Math.min(given(request.maxDistanceKm) ?? DEFAULT_DISTANCE_KM, HALFWAY_AROUND_KM)
    return { cities: await this.#search({ latitude, longitude }, { limit, farthestKm }) }
  }

  async #search(place: Place, { limit, farthestKm }: { limit: number; farthestKm: number }) {
    const store = this.#ctx.clients.get(cityStoreClient)
    for (let radiusKm = FIRST_RADIUS_KM; radiusKm < farthestKm; radiusKm *= 2) {
      const found = await citiesWithin(store, place, radiusKm)
      if (found.length >= limit) return found.slice(0, limit)
    }
    return (await citiesWithin(store, place, farthestKm)).slice(0, limit)
  }
}

/** Over gRPC, what is not set is zero. */
function given(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value
}

/** The cities inside a circle, the nearest first. */
async function citiesWithin(store: CityStore, place: Place, radiusKm: number): Promise<readonly NearCity[]> {
  const candidates = await store.within(boxesAround(place, radiusKm))
  return candidates
    .map((city) => nearCity(city, place))
    .filter(({ distanceKm: distance }) => distance <= radiusKm)
    .sort((a, b) => a.distanceKm - b.distanceKm || a.id - b.id)
}

function nearCity({ id, name, country, population, latitude, longitude }: City, place: Place): NearCity {
  const distance = distanceKm(place, { latitude, longitude })
  return { id, name, country, population, latitude, longitude, distanceKm: distance }
}
