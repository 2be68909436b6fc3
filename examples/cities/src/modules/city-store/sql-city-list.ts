import { inject, ModuleCtx, type Database } from '@modkit/core'
import type { CallOptions } from '@modkit/grpc'
import type { Cities, CityPart, CityPlace, ListCitiesRequest } from './cities.grpc.js'

const COLUMNS = ['id', 'name', 'country', 'population', 'latitude', 'longitude'] as const

/** So many cities take some milliseconds of the database, and some ten kilobytes on the wire. */
const CITIES_PER_PART = 1_000

/** Reads the table part by part, each when the reader has taken the one before. */
export class SqlCityList implements Cities {
  readonly #ctx = inject(ModuleCtx)

  async *listCities({ knownRevision }: ListCitiesRequest, options: CallOptions = {}): AsyncGenerator<CityPart> {
    const db = this.#ctx.dbRequired()
    const revision = await revisionOf(db)
    if (revision === knownRevision) return
    for (let after = 0; ;) {
      const cities = await citiesAfter(db, after)
      const last = cities.at(-1)
      if (!last) return
      options.signal?.throwIfAborted()
      yield { revision, cities }
      after = last.id
    }
  }
}

/** How many cities have been stored by all imports together. */
async function revisionOf(db: Database): Promise<number> {
  const sums: unknown = await db('city_import').sum('imported as revision')
  const [row] = sums as readonly { readonly revision: number | string | null }[]
  return Number(row?.revision ?? 0)
}

async function citiesAfter(db: Database, id: number): Promise<readonly CityPlace[]> {
  return db<CityPlace>('city')
    .select(...COLUMNS)
    .where('id', '>', id)
    .orderBy('id')
    .limit(CITIES_PER_PART)
}
