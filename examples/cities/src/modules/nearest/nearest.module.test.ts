import { expect, jest, test } from '@jest/globals'
import { testModule } from '@modkit/testing'
import type { Cities, CityPart, CityPlace } from '../city-store/cities.grpc.js'
import { citiesClient } from '../city-store/cities-client.js'
import { nearestClient } from './nearest-client.js'
import { NearestModule } from './nearest.module.js'

const city = (id: number, population: number, longitude: number): CityPlace => {
  return { id, name: `city ${id}`, country: 'CH', population, latitude: 0, longitude }
}

/** Along the equator a degree is 111.2 km. */
const cities = [
  city(1, 9_000, 0),
  city(2, 5_000, 10),
  city(3, 1_000, 12),
  city(4, 1_000, 13),
  { ...city(5, 20_000, -179), country: 'FJ' },
  { ...city(6, 10_000, 178), country: 'FJ' },
]

async function* parts(revision: number, all: readonly CityPlace[]): AsyncGenerator<CityPart> {
  for (const place of all) yield { revision, cities: [place] }
}

/** A list of cities that knows its revision. */
function listOf(revision: number, all: readonly CityPlace[]) {
  return jest.fn<Cities['listCities']>(({ knownRevision }) => parts(revision, knownRevision === revision ? [] : all))
}

async function started(listCities: Cities['listCities']) {
  const tested = await testModule(NearestModule).mock(citiesClient, { listCities }).init()
  return { nearest: tested.clients.get(nearestClient), [Symbol.asyncDispose]: () => tested.dispose() }
}

test('each city of a country comes with the nearest larger one of the world, the farthest first', async () => {
  await using tested = await started(listOf(1, cities))
  const { cities: found } = await tested.nearest.mostIsolated({ country: 'CH', limit: 0 })
  expect(found.map(({ id, largerId }) => [id, largerId])).toEqual([
    [1, 6],
    [2, 1],
    [3, 2],
    [4, 3],
  ])
  expect(found[3]).toEqual({
    ...{ id: 4, name: 'city 4', country: 'CH', population: 1_000, distanceKm: expect.closeTo(111.19, 1) },
    ...{ largerId: 3, largerName: 'city 3', largerCountry: 'CH' },
  })
})

test('the largest of all is left out, and the date line is no border', async () => {
  await using tested = await started(listOf(1, cities))
  const { cities: found } = await tested.nearest.mostIsolated({ country: 'FJ', limit: 10 })
  expect(found).toMatchObject([{ id: 6, largerId: 5, distanceKm: expect.closeTo(333.6, 0) }])
})

test('no more are given than asked for', async () => {
  await using tested = await started(listOf(1, cities))
  await expect(tested.nearest.mostIsolated({ country: 'CH', limit: 2 })).resolves.toMatchObject({
    cities: [{ id: 1 }, { id: 2 }],
  })
})

test('a country without cities is an error of the contract', async () => {
  await using tested = await started(listOf(1, cities))
  await expect(tested.nearest.mostIsolated({ country: 'XX', limit: 1 })).rejects.toMatchObject({
    code: 'COUNTRY_UNKNOWN',
    details: { country: 'XX' },
  })
})

test('the cities are fetched once, and again when there are others', async () => {
  const listCities = listOf(1, cities.slice(0, 2))
  await using tested = await started(listCities)
  const largest = async () => (await tested.nearest.mostIsolated({ country: 'CH', limit: 1 })).cities[0]?.largerId
  await expect(Promise.all([largest(), largest()])).resolves.toEqual([1, 1])
  expect(listCities.mock.calls.map(([request]) => request)).toEqual([{ knownRevision: 0 }])
  await expect(largest()).resolves.toBe(1)
  listCities.mockImplementation(listOf(2, cities))
  await expect(largest()).resolves.toBe(6)
  expect(listCities.mock.calls.map(([request]) => request.knownRevision)).toEqual([0, 1, 1])
})

test('when the fetching fails, the next question tries anew', async () => {
  const broken = new Error('no connection')
  const listCities = listOf(1, cities)
  listCities.mockImplementationOnce(() => {
    throw broken
  })
  await using tested = await started(listCities)
  await expect(tested.nearest.mostIsolated({ country: 'CH', limit: 1 })).rejects.toBe(broken)
  await expect(tested.nearest.mostIsolated({ country: 'CH', limit: 1 })).resolves.toMatchObject({ cities: [{ id: 1 }] })
})

test('a caller who is gone ends the computation, at the next turn', async () => {
  const many = Array.from({ length: 10_000 }, (_, index) => city(index + 1, 1_000, index / 100))
  await using tested = await started(listOf(1, many))
  const { signal } = new AbortController()
  const gone = AbortSignal.abort(new Error('gone'))
  await expect(tested.nearest.mostIsolated({ country: 'CH', limit: 1 }, { signal: gone })).rejects.toThrow('gone')
  await expect(tested.nearest.mostIsolated({ country: 'CH', limit: 1 }, { signal })).resolves.toMatchObject({
    cities: [{ distanceKm: expect.closeTo(1.1, 1) }],
  })
})
