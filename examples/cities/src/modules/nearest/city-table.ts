import { inject, ModuleCtx } from '@modkit/core'
import type { CityPlace } from '../city-store/cities.grpc.js'
import { citiesClient } from '../city-store/cities-client.js'
import { RankedCities } from './ranked-cities.js'

/** All cities in memory, fetched again when there are others. */
export class CityTable {
  readonly #ctx = inject(ModuleCtx)
  #known = new RankedCities(0, [])
  #loading: Promise<RankedCities> | undefined

  /** Everyone who asks meanwhile waits for the same answer, so none of them can cancel it; the host's end does. */
  current(): Promise<RankedCities> {
    this.#loading ??= this.#load().finally(() => (this.#loading = undefined))
    return this.#loading
  }

  async #load(): Promise<RankedCities> {
    const { signal } = this.#ctx
    const cities: CityPlace[] = []
    let { revision: knownRevision } = this.#known
    for await (const part of this.#ctx.clients.get(citiesClient).listCities({ knownRevision }, { signal })) {
      knownRevision = part.revision
      cities.push(...part.cities)
    }
    if (cities.length > 0) this.#known = new RankedCities(knownRevision, cities)
    return this.#known
  }
}
