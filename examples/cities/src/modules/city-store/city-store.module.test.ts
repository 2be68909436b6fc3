import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createTestHost, type TestHost } from '@modkit/testing'
import type { City } from './city.js'
import { CityStoreModule } from './city-store.module.js'
import { cityStoreClient, type CityStore } from './city-store.js'

let host: TestHost
let store: CityStore

beforeAll(async () => {
  host = await createTestHost({ modules: [CityStoreModule] }).start()
  store = host.clients.get(cityStoreClient)
})

afterAll(async () => {
  await host.stop()
})

function city(id: number, changes: Partial<City> = {}): City {
  const somewhere = { region: 'ZH', population: 1_000, latitude: 47, longitude: 8 }
  return { id, name: `city ${id}`, country: 'CH', ...somewhere, ...changes }
}

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
    await expect(store.append({ source, cities: [...many, impossible], progress })).rejects.toThrow('NOT NULL')
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
