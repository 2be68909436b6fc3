import { describe, expect, test } from '@jest/globals'
import { defineModule, type Capability, type ModuleClass } from '@modkit/core'
import { testConfig } from './test-config.js'

function module(name: string, ...capabilities: Capability[]): ModuleClass {
  // Only the definition matters here: nothing is started.
  return defineModule({ name, capabilities } as never, class {} as never)
}
const gateway = module('api-gateway', 'rest_host')
const hub = module('grpc-hub', 'grpc_hub')
const store = module('store', 'db')
const plain = module('plain')

describe('the configuration of a test host', () => {
  test('gives gateway and hub free ports, and databases in memory', () => {
    expect(testConfig({}, [gateway, hub, store, plain], { databases: true })).toEqual({
      modules: {
        'api-gateway': { config: { bind_addr: '127.0.0.1:0' } },
        'grpc-hub': { config: { listen_addr: '127.0.0.1:0' } },
        store: { database: { engine: 'sqlite', dsn: 'sqlite::memory:' } },
        plain: {},
      },
    })
  })

  test('keeps everything that the test says, beside what it leaves open', () => {
    const database = { engine: 'sqlite', file: 'store.db' }
    const given = {
      server: { home_dir: '/tmp/x' },
      modules: { 'api-gateway': { config: { timeout_secs: 3 } }, store: { database }, other: { enabled: false } },
    }
    expect(testConfig(given, [gateway, store], { databases: true })).toEqual({
      server: { home_dir: '/tmp/x' },
      modules: {
        'api-gateway': { config: { bind_addr: '127.0.0.1:0', timeout_secs: 3 } },
        store: { database },
        other: { enabled: false },
      },
    })
  })

  test('adds no databases where the host has a manager of its own, or none', () => {
    expect(testConfig({}, [store], { databases: false })).toEqual({ modules: { store: {} } })
  })
})
