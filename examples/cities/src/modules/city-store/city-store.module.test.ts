import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createTestHost, type TestHost } from '@modkit/testing'
import { onEveryEngine, type TestDatabase } from '../../../test/test-databases.js'
import type { CityPart } from './cities.grpc.js'
import { citiesClient } from './cities-client.js'
import type { City } from './city.js'
import { CityStoreModule } from './city-store.module.js'
import { cityStoreClient, type CityStore } from './city-store.js'

function city(id: number, changes: Partial<City> = {}): City {
  const somewhere = { region: 'ZH', population: 1_000, latitude: 47, longitude: 8 }
  return { id, name: `city ${id}`, country: 'CH', ...somewhere, ...changes }
}

onEveryEngine('the store', (engine) => {
  let host: TestHost
  let store: CityStore
  let database: TestDatabase

  beforeAll(async () => {
    database = await engine.create()
    const config = { modules: { 'city-store': { database: { dsn: database.dsn } } } }
    host = await createTestHost({ modules: [CityStoreModule], config }).start()
    store = host.clients.get(cityStoreClient)
  })

  afterAll(async () => {
    await host.stop()
    await database[Symbol.asyncDispose]()
  })

  describe('a batch', () => {
    test('stores its cities and the progress, and a city that is there already is replaced', async () => {
      const source = 'first'
      await store.append({ source, cities: [city(1), city(2)], progress: { imported: 2, total: 3 } })
      await store.append({ source, cities: [city(2, { name: 'renamed' })], progress: { imported: 3, total: 3 } })
      await expect(store.progressOf(source)).resolves.toEqual({ imported: 3, total: 3 })
      await expect(store.get(1)).resolves.toEqual(city(1))
      await expect(store.get(2)).resolves.toMatchObject({ name: 'renamed' })
    })

    test('is stored as a whole or not at all', async () => {
      const source = 'second'
      const many = Array.from({ length: 600 }, (_, index) => city(1_000 + index))
      const impossible = city(1_600, { country: null as unknown as string })
      const progress = { imported: 601, total: 601 }
      await expect(store.append({ source, cities: [...many, impossible], progress })).rejects.toMatchObject({
        code: 'DB_NOT_NULL_VIOLATION',
        details: { column: 'country' },
      })
      await expect(store.get(1_000)).resolves.toBeUndefined()
      await expect(store.progressOf(source)).resolves.toBeUndefined()
    })

    test('may be empty', async () => {
      await store.append({ source: 'empty', cities: [], progress: { imported: 0, total: 0 } })
      await expect(store.progressOf('empty')).resolves.toEqual({ imported: 0, total: 0 })
    })
  })

  test('a box holds what lies on its edges, and no box holds nothing', async () => {
    const corner = city(10, { latitude: -10, longitude: 170 })
    const outside = city(11, { latitude: -10.001, longitude: 170 })
    await store.append({ source: 'boxes', cities: [corner, outside], progress: { imported: 2, total: 2 } })
    const box = { south: -10, north: 0, west: 160, east: 170 }
    await expect(store.within([box])).resolves.toEqual([corner])
    await expect(store.within([])).resolves.toEqual([])
  })

  describe('the list of all cities', () => {
    async function list(knownRevision: number): Promise<CityPart[]> {
      const parts: CityPart[] = []
      for await (const part of host.clients.get(citiesClient).listCities({ knownRevision })) parts.push(part)
      return parts
    }

    test('has each of them once, in parts of one revision, which the next batch changes', async () => {
      const many = Array.from({ length: 2_500 }, (_, index) => city(10_000 + index, { name: `listed ${index}` }))
      await store.append({ source: 'list', cities: many, progress: { imported: 2_500, total: 2_501 } })
      const parts = await list(0)
      const listed = parts.flatMap(({ cities }) => cities)
      expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length)
      const expected = many.map(({ region: _, ...place }) => place)
      expect(listed.filter(({ name }) => name.startsWith('listed'))).toEqual(expected)
      expect(parts.length).toBeGreaterThan(2)
      const [revision = 0, ...others] = new Set(parts.map((part) => part.revision))
      expect(others).toEqual([])
      await expect(list(revision)).resolves.toEqual([])
      await store.append({ source: 'list', cities: [city(12_500)], progress: { imported: 2_501, total: 2_501 } })
      expect((await list(revision))[0]?.revision).toBe(revision + 1)
    })
  })

  test('names are found by how they begin, in the order of no language', async () => {
    const names = ['Zürich', 'Zurndorf', 'Zu', 'zür', 'Zwolle', 'Zvolen', 'Łódź', 'Lod 🏙', 'Lodi']
    const cities = names.map((name, index) => city(100 + index, { name, country: 'XX' }))
    await store.append({ source: 'names', cities, progress: { imported: 9, total: 9 } })
    const found = async (prefix: string): Promise<string[]> =>
      (await store.search({ prefix, country: 'XX', limit: 10 })).map(({ name }) => name)
    expect(await found('ZUR')).toEqual(['Zürich', 'Zurndorf', 'zür'])
    expect(await found('łod')).toEqual(['Łódź', 'Lod 🏙', 'Lodi'])
    expect(await found('Lod 🏙')).toEqual(['Lod 🏙'])
    expect(await found('\0')).toEqual([])
    expect(await found('%')).toEqual([])
  })

  test('countries come with numbers', async () => {
    const cities = [1, 2].map((id) => city(200 + id, { country: 'YY', population: 2_000_000_000 }))
    await store.append({ source: 'countries', cities, progress: { imported: 2, total: 2 } })
    await expect(store.countries(1)).resolves.toEqual([{ country: 'YY', cities: 2, population: 4_000_000_000 }])
  })

  test('numbers that no city has are no mistake', async () => {
    const huge = Number.MAX_SAFE_INTEGER
    await expect(store.get(huge)).resolves.toBeUndefined()
    await expect(store.search({ minPopulation: huge, limit: 1 })).resolves.toEqual([])
    await expect(store.search({ maxPopulation: huge, limit: 1 })).resolves.toHaveLength(1)
    await expect(store.search({ after: { population: huge, id: huge }, limit: 1 })).resolves.toHaveLength(1)
    await expect(store.search({ after: { population: 1e30, id: 1e30 }, limit: 1 })).resolves.toHaveLength(1)
  })
})
