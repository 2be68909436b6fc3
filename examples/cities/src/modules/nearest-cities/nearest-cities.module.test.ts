import { describe, expect, jest, test } from '@jest/globals'
import { testModule } from '@modkit/testing'
import { cityStoreClient, type CityStore } from '../city-store/city-store.js'
import { nearestCitiesClient } from './nearest-cities.js'
import { NearestCitiesModule } from './nearest-cities.module.js'

const city = (id: number, latitude: number, longitude: number) => {
  return { id, name: `city ${id}`, country: 'CH', region: 'ZH', population: 1_000, latitude, longitude }
}

// #region mocks
test('asks the store for a wider circle until it holds enough cities, and sorts them by distance', async () => {
  const within = jest.fn<CityStore['within']>()
  within.mockResolvedValueOnce([city(1, 47.1, 8)]).mockResolvedValueOnce([city(2, 47.3, 8), city(1, 47.1, 8)])
  await using tested = await testModule(NearestCitiesModule).mock(cityStoreClient, { within }).init()

  const { cities } = await tested.clients
    .get(nearestCitiesClient)
    .nearestCities({ latitude: 47, longitude: 8, limit: 2 })

  expect(cities.map(({ id }) => id)).toEqual([1, 2])
  expect(within).toHaveBeenCalledTimes(2)
})
// #endregion

describe('the nearest cities', () => {
  test('are none farther away than asked for, although the box around the circle holds more', async () => {
    const within = () => Promise.resolve([city(1, 47.05, 8), city(2, 48, 9)])
    await using tested = await testModule(NearestCitiesModule).mock(cityStoreClient, { within }).init()
    const nearest = tested.clients.get(nearestCitiesClient)
    const { cities } = await nearest.nearestCities({ latitude: 47, longitude: 8, maxDistanceKm: 20 })
    expect(cities).toMatchObject([{ id: 1, distanceKm: expect.closeTo(5.56, 2) }])
  })

  test('are ten where a message does not set the limit', async () => {
    const within = () => Promise.resolve(Array.from({ length: 30 }, (_, id) => city(id + 1, 47 + id / 1_000, 8)))
    await using tested = await testModule(NearestCitiesModule).mock(cityStoreClient, { within }).init()
    const nearest = tested.clients.get(nearestCitiesClient)
    const { cities } = await nearest.nearestCities({ latitude: 47, longitude: 8, limit: 0, maxDistanceKm: 0 })
    expect(cities.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  test.each([
    [91, 0],
    [0, -180.5],
    [Number.NaN, 0],
  ])('cannot be had for latitude %d, longitude %d', async (latitude, longitude) => {
    await using tested = await testModule(NearestCitiesModule).mock(cityStoreClient, {}).init()
    const nearest = tested.clients.get(nearestCitiesClient)
    await expect(nearest.nearestCities({ latitude, longitude })).rejects.toMatchObject({ code: 'COORDINATE_INVALID' })
  })
})
