import { describe, expect, test } from '@jest/globals'
import { childEnvironment, inheritableEnvironment, neededHostVariables } from './oop-environment.js'

const identity = { module: 'worker', instanceId: 'id-1', token: 'secret', renderedConfig: '{}' }

describe('the environment of a child', () => {
  test('tells it its module, instance, token, configuration and directory', () => {
    const env = childEnvironment({ ...identity, configured: { PORT: '1' }, directoryEndpoint: 'http://127.0.0.1:1' })
    expect(env).toEqual({
      PORT: '1',
      MODKIT_MODULE_CONFIG: '{}',
      MODKIT_DIRECTORY_ENDPOINT: 'http://127.0.0.1:1',
      MODKIT_MODULE: 'worker',
      MODKIT_INSTANCE_ID: 'id-1',
      MODKIT_DIRECTORY_TOKEN: 'secret',
    })
  })

  test('has no directory endpoint where none is known', () => {
    expect(childEnvironment({ ...identity, configured: {} })).not.toHaveProperty('MODKIT_DIRECTORY_ENDPOINT')
  })

  test('cannot be told otherwise by the configuration', () => {
    const env = childEnvironment({ ...identity, configured: { MODKIT_MODULE: 'other', MODKIT_INSTANCE_ID: 'other' } })
    expect(env).toMatchObject({ MODKIT_MODULE: 'worker', MODKIT_INSTANCE_ID: 'id-1' })
  })

  test('inherits neither what is meant for the host nor what is withheld', () => {
    const own = {
      PATH: '/bin',
      APP__DATABASE__PASSWORD: 'x',
      MODKIT_DIRECTORY_TOKEN: 'x',
      DB_PASSWORD: 'x',
      NONE: undefined,
    }
    expect(inheritableEnvironment(own, ['DB_PASSWORD'])).toEqual({ PATH: '/bin' })
  })

  test('inherits names that only resemble those of the host', () => {
    const own = { APP_NAME: 'x', MY_APP__X: 'x', XMODKIT_: 'x' }
    expect(inheritableEnvironment(own)).toEqual(own)
  })

  test('inherits the files with which all processes of the program trust servers', () => {
    const own = { MODKIT_TLS_CA_FILE: '/etc/tls/ca.pem' }
    expect(inheritableEnvironment(own)).toEqual(own)
  })

  test('has what it needs of the variables for the host, but not what the host was told by its own', () => {
    const own = {
      MODKIT_DB_FILE: 'a',
      APP__DATABASE__HOST: 'b',
      APP__OTHER: 'x',
      MODKIT_DIRECTORY_TOKEN: 'x',
      PLAIN: 'x',
    }
    const needed = ['MODKIT_DB_FILE', 'APP__DATABASE__HOST', 'MODKIT_DIRECTORY_TOKEN', 'MODKIT_MISSING', 'PLAIN']
    expect(neededHostVariables(own, needed)).toEqual({ MODKIT_DB_FILE: 'a', APP__DATABASE__HOST: 'b' })
  })
})
