import { describe, expect, test } from '@jest/globals'
import { testModule } from '@modkit/testing'
import type { City } from '../city-store/city.js'
import { cityStoreClient, type CityBatch, type ImportProgress } from '../city-store/city-store.js'
import { CityImportModule } from './city-import.module.js'
import { CitySource } from './city-source.js'

const cities = Array.from({ length: 7 }, (_, index): City => {
  const name = `city ${index}`
  return { id: index + 1, name, country: 'CH', region: 'ZH', population: 1_000, latitude: 47, longitude: 8 }
})

/** A source that counts how often it was opened and closed. */
function fakeSource() {
  const counts = { opened: 0, closed: 0 }
  const source: Partial<CitySource> = {
    name: 'fake@1',
    open: () => {
      counts.opened++
      return Promise.resolve({
        total: cities.length,
        read: (from, count) => Promise.resolve(cities.slice(from, from + count)),
        [Symbol.asyncDispose]: () => Promise.resolve(void counts.closed++),
      })
    },
  }
  return { source, counts }
}

/** A store that keeps what it is given, and may do something with each batch. */
function fakeStore(known?: ImportProgress, onAppend: (batch: CityBatch) => void = () => undefined) {
  const batches: CityBatch[] = []
  return {
    batches,
    store: {
      progressOf: () => Promise.resolve(known),
      append: (batch: CityBatch) => {
        batches.push(batch)
        return Promise.resolve(onAppend(batch))
      },
    },
  }
}

const running = new AbortController().signal

describe('the import', () => {
  test('stores everything in batches, each with how far it is then', async () => {
    const { source, counts } = fakeSource()
    const { store, batches } = fakeStore()
    const tested = testModule(CityImportModule).mock(CitySource, source).mock(cityStoreClient, store)
    await using importing = await tested.withConfig({ batch_size: 3 }).init()
    await importing.module.run(running)
    expect(batches.flatMap((batch) => batch.cities)).toEqual(cities)
    expect(batches.map(({ source: name, progress }) => [name, progress.imported])).toEqual([
      ['fake@1', 3],
      ['fake@1', 6],
      ['fake@1', 7],
    ])
    expect(importing.logs.messages()).toEqual(['Import of cities begins', 'All cities are imported'])
    expect(counts).toEqual({ opened: 1, closed: 1 })
  })

  test('goes on where the last attempt has left off', async () => {
    const { store, batches } = fakeStore({ imported: 5, total: 7 })
    const tested = testModule(CityImportModule).mock(CitySource, fakeSource().source).mock(cityStoreClient, store)
    await using importing = await tested.init()
    await importing.module.run(running)
    expect(batches.flatMap((batch) => batch.cities)).toEqual(cities.slice(5))
    expect(importing.logs.messages()).toContain('Import of cities resumes')
  })

  test('does not even open its source when everything is there', async () => {
    const { source, counts } = fakeSource()
    const { store, batches } = fakeStore({ imported: 7, total: 7 })
    const tested = testModule(CityImportModule).mock(CitySource, source).mock(cityStoreClient, store)
    await using importing = await tested.init()
    await importing.module.run(running)
    expect(counts.opened).toBe(0)
    expect(batches).toEqual([])
  })

  test('ends after the batch at hand when it is told to stop, and closes its source', async () => {
    const stopping = new AbortController()
    const { source, counts } = fakeSource()
    const { store, batches } = fakeStore(undefined, () => stopping.abort())
    const tested = testModule(CityImportModule).mock(CitySource, source).mock(cityStoreClient, store)
    await using importing = await tested.withConfig({ batch_size: 2 }).init()
    await importing.module.run(stopping.signal)
    expect(batches).toHaveLength(1)
    expect(counts.closed).toBe(1)
    expect(importing.logs.messages()).not.toContain('All cities are imported')
  })

  test('fails with the error of the store, and closes its source', async () => {
    const full = new Error('disk full')
    const { source, counts } = fakeSource()
    const { store } = fakeStore(undefined, () => {
      throw full
    })
    const tested = testModule(CityImportModule)
      .mock(CitySource, source)
      .mock(cityStoreClient, {
        ...store,
        append: () => Promise.reject(full),
      })
    await using importing = await tested.init()
    await expect(importing.module.run(running)).rejects.toBe(full)
    expect(counts.closed).toBe(1)
  })

  test('takes no more cities than its configuration says', async () => {
    const { store, batches } = fakeStore()
    const tested = testModule(CityImportModule).mock(CitySource, fakeSource().source).mock(cityStoreClient, store)
    await using importing = await tested.withConfig({ limit: 4, batch_size: 3 }).init()
    await importing.module.run(running)
    expect(batches.map((batch) => batch.cities.length)).toEqual([3, 1])
  })
})

test('a misspelt setting is refused before anything runs', async () => {
  const tested = testModule(CityImportModule).mock(CitySource, {}).mock(cityStoreClient, {})
  await expect(tested.withConfig({ batchsize: 3 }).init()).rejects.toThrow('batchsize')
})
