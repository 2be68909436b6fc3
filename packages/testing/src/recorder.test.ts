import { expect, test } from '@jest/globals'
import { createTestHost } from './host/create-test-host.js'
import { createRecorder } from './recorder.js'

test('recorded modules show the order of their hooks, and react as told', async () => {
  const { events, module, record } = createRecorder()
  const cache = module('cache', { deps: ['db'], hooks: { start: () => record('cache is warm') } })
  {
    await using host = createTestHost({ modules: [cache, module('db')] })
    await host.start()
  }
  expect(events).toEqual(['db init', 'cache init', 'db start', 'cache start', 'cache is warm', 'cache stop', 'db stop'])
})

test('a test can wait for an event that is there, or that comes', async () => {
  const recorder = createRecorder()
  recorder.record('early')
  await recorder.event('early')
  const both = Promise.all([recorder.event('late'), recorder.event('late')])
  recorder.record('late')
  await both
  expect(recorder.events).toEqual(['early', 'late'])
})

test('a module whose start fails has its failure told, and those before it are stopped', async () => {
  const { events, module } = createRecorder()
  const broken = module('broken', { deps: ['db'], hooks: { start: () => Promise.reject(new Error('no luck')) } })
  await using host = createTestHost({ modules: [module('db'), broken] })
  await expect(host.start()).rejects.toMatchObject({ code: 'PHASE_FAILED', details: { module: 'broken' } })
  expect(events.at(-1)).toBe('db stop')
})
