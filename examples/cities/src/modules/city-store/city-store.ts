import { clientKey } from '@modkit/core'
import type { City } from './city.js'

/** Which cities are wanted: all that fit, the largest first. */
export interface CityQuery {
  /** How the name begins; case and diacritics do not count. */
  readonly prefix?: string | undefined
  readonly country?: string | undefined
  readonly minPopulation?: number | undefined
  readonly maxPopulation?: number | undefined
  /** Only what comes after this city. */
  readonly after?: CityPosition | undefined
  readonly limit: number
}

/** Where a city stands among all cities: by population, largest first, then by id. */
export type CityPosition = Pick<City, 'population' | 'id'>

/** A part of the map, in degrees. West is never greater than east. */
export interface Box {
  readonly south: number
  readonly north: number
  readonly west: number
  readonly east: number
}

export interface CountrySummary {
  readonly country: string
  readonly cities: number
  /** Of its cities together. */
  readonly population: number
}

/** How much of a source has been stored. */
export interface ImportProgress {
  readonly imported: number
  /** How much there is to import. */
  readonly total: number
}

/** A part of a source, and how much of it is stored once this part is. */
export interface CityBatch {
  readonly source: string
  readonly cities: readonly City[]
  readonly progress: ImportProgress
}

/** Where the cities are kept; what the module `city-store` offers to the others. */
export interface CityStore {
  get(id: number): Promise<City | undefined>
  search(query: CityQuery): Promise<readonly City[]>
  /** The cities inside any of these boxes. */
  within(boxes: readonly Box[]): Promise<readonly City[]>
  /** The countries with the most people in cities, largest first. */
  countries(limit: number): Promise<CountrySummary[]>
  /** `undefined` for a source of which nothing is stored. */
  progressOf(source: string): Promise<ImportProgress | undefined>
  /** Stores the cities and the progress, both or neither. A city that is there already is replaced. */
  append(batch: CityBatch): Promise<void>
}

export const cityStoreClient = clientKey<CityStore>('city-store')
