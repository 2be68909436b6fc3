import { inject, ModuleCtx } from '@modkit/core'
import type { z } from 'zod'
import type { City } from '../city-store/city.js'
import { cityStoreClient, type CityStore } from '../city-store/city-store.js'
import { nearestClient } from '../nearest/nearest-client.js'
import type { IsolatedCity } from '../nearest/nearest-larger.grpc.js'
import { nearestCitiesClient } from '../nearest-cities/nearest-cities.js'
import { cityErrors } from './city-errors.js'
import type {
  CityFilter,
  CityPage,
  IsolatedCities,
  IsolationFilter,
  NeighbourFilter,
  Neighbours,
} from './city-schemas.js'
import { cursorOf, positionOf } from './page-cursor.js'
import { searchConfig } from './search-config.js'

/** Answers questions about cities with what other modules know. */
export class CitySearch {
  readonly #ctx = inject(ModuleCtx)

  /** One page of the cities that fit, the largest first. */
  async page(filter: z.infer<typeof CityFilter>): Promise<z.infer<typeof CityPage>> {
    const limit = filter.limit ?? this.#ctx.config(searchConfig).page_size
    const found = await this.#store.search({
      prefix: filter.prefix,
      country: filter.country,
      minPopulation: filter.min_population,
      maxPopulation: filter.max_population,
      after: filter.cursor === undefined ? undefined : positionOf(filter.cursor),
      // One more than asked for tells whether there is another page.
      limit: limit + 1,
    })
    const items = found.slice(0, limit)
    const last = items.at(-1)
    return { items, ...(last && found.length > limit && { next_cursor: cursorOf(last) }) }
  }

  /** @throws CITY_NOT_FOUND */
  async city(id: number): Promise<City> {
    const city = await this.#store.get(id)
    if (!city) throw cityErrors.CITY_NOT_FOUND({ id })
    return city
  }

  /**
   * The cities around one, without itself.
   *
   * @throws CITY_NOT_FOUND
   */
  async neighbours(
    id: number,
    { limit, max_distance_km: maxDistanceKm }: z.infer<typeof NeighbourFilter>,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<z.infer<typeof Neighbours>> {
    const { latitude, longitude } = await this.city(id)
    const nearest = this.#ctx.clients.get(nearestCitiesClient)
    const request = { latitude, longitude, limit: limit + 1, maxDistanceKm }
    const { cities } = await nearest.nearestCities(request, { signal })
    const others = cities.filter((city) => city.id !== id).slice(0, limit)
    return {
      items: others.map(({ distanceKm, ...city }) => ({ ...city, distance_km: kilometres(distanceKm) })),
    }
  }

  /**
   * The cities of a country that are the farthest from any larger one.
   *
   * @throws COUNTRY_UNKNOWN
   */
  async isolated(
    country: string,
    { limit }: z.infer<typeof IsolationFilter>,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<z.infer<typeof IsolatedCities>> {
    const request = { country: country.toUpperCase(), limit }
    const { cities } = await this.#ctx.clients.get(nearestClient).mostIsolated(request, { signal })
    return { items: cities.map(isolatedBody) }
  }

  get #store(): CityStore {
    return this.#ctx.clients.get(cityStoreClient)
  }
}

function isolatedBody(city: IsolatedCity): z.infer<typeof IsolatedCities>['items'][number] {
  const { id, name, country, population, distanceKm, largerId, largerName, largerCountry } = city
  const nearest = { id: largerId, name: largerName, country: largerCountry }
  return { id, name, country, population, distance_km: kilometres(distanceKm), nearest_larger: nearest }
}

/** To a hundred metres. */
function kilometres(distance: number): number {
  return Math.round(distance * 10) / 10
}
