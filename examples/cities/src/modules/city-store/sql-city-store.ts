import { inject, ModuleCtx, type Database } from '@modkit/core'
import type { City } from './city.js'
import type { Box, CityBatch, CityQuery, CityStore, CountrySummary, ImportProgress } from './city-store.js'
import { keysFrom, searchKey } from './search-name.js'

const COLUMNS = ['id', 'name', 'country', 'region', 'population', 'latitude', 'longitude'] as const

/** What the columns of numbers hold. No city is greater, and some servers fail where they are asked for more. */
const GREATEST = 2 ** 31 - 1
const atMost = (number: number): number => Math.min(number, GREATEST)

/** SQLite takes so many rows in one statement, of as many columns as ours, with room to spare. */
const ROWS_PER_INSERT = 250

interface ProgressRow extends ImportProgress {
  readonly source: string
}

/** Servers count beyond what a number holds exactly, and give such counts as texts. */
interface CountryRow {
  readonly country: string
  readonly cities: number | string
  readonly population: number | string
}

/** The cities in the module's own database. */
export class SqlCityStore implements CityStore {
  readonly #ctx = inject(ModuleCtx)

  get #db(): Database {
    return this.#ctx.dbRequired()
  }

  async get(id: number): Promise<City | undefined> {
    if (id > GREATEST) return undefined
    return this.#db<City>('city')
      .select(...COLUMNS)
      .where({ id })
      .first()
  }

  async search({ prefix, country, minPopulation, maxPopulation, after, limit }: CityQuery): Promise<readonly City[]> {
    const query = this.#db<City>('city')
      .select(...COLUMNS)
      .limit(limit)
    if (prefix !== undefined) {
      const [from, until] = keysFrom(prefix)
      query.where('search_name', '>=', from).where('search_name', '<', until)
    }
    if (country !== undefined) query.where('country', country.toUpperCase())
    if (minPopulation !== undefined) query.where('population', '>=', atMost(minPopulation))
    if (maxPopulation !== undefined) query.where('population', '<=', atMost(maxPopulation))
    if (after) {
      const [population, id] = [atMost(after.population), atMost(after.id)]
      query.where('population', '<=', population)
      query.where((rest) => void rest.where('population', '<', population).orWhere('id', '>', id))
    }
    return query.orderBy([{ column: 'population', order: 'desc' }, { column: 'id' }])
  }

  async within(boxes: readonly Box[]): Promise<readonly City[]> {
    const query = this.#db<City>('city').select(...COLUMNS)
    for (const { south, north, west, east } of boxes) {
      query.orWhere((box) => void box.whereBetween('latitude', [south, north]).whereBetween('longitude', [west, east]))
    }
    return boxes.length === 0 ? [] : query
  }

  async countries(limit: number): Promise<CountrySummary[]> {
    const rows = (await this.#db('city')
      .select('country')
      .count('* as cities')
      .sum('population as population')
      .groupBy('country')
      .orderBy([{ column: 'population', order: 'desc' }, { column: 'country' }])
      .limit(limit)) as CountryRow[]
    return rows.map(({ country, cities, population }) => ({
      country,
      cities: Number(cities),
      population: Number(population),
    }))
  }

  async progressOf(source: string): Promise<ImportProgress | undefined> {
    return this.#db<ProgressRow>('city_import').select('imported', 'total').where({ source }).first()
  }

  async append({ source, cities, progress }: CityBatch): Promise<void> {
    const rows = cities.map((city) => ({ ...city, search_name: searchKey(city.name) }))
    await this.#db.transaction(async (tx) => {
      for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
        await tx('city')
          .insert(rows.slice(start, start + ROWS_PER_INSERT))
          .onConflict('id')
          .merge()
      }
      await tx('city_import')
        .insert({ source, ...progress })
        .onConflict('source')
        .merge()
    })
  }
}
