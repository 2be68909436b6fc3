import { describe, expect, test } from '@jest/globals'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { settingsSchema } from './settings-schema.js'
import { loadConfig } from '../load-config.js'

const schema = settingsSchema<object>({
  address: { kind: 'text' },
  limits: { kind: 'section', keys: { bytes: { kind: 'number', min: 1 }, wait: { kind: 'duration' } } },
  loud: { kind: 'boolean' },
})

function validate(value: unknown): StandardSchemaV1.Result<object> {
  // It says so itself: it never returns a promise.
  return schema['~standard'].validate(value) as StandardSchemaV1.Result<object>
}

describe('settings', () => {
  test.each([{}, { address: 'here', limits: { bytes: 1, wait: '5s' } }, { limits: { wait: 250 } }, { address: null }])(
    'that fit the rules come as they are: %j',
    (value) => {
      expect(validate(value)).toEqual({ value })
    },
  )

  test('that do not fit are all named, with where they stand, and the nearest known key', () => {
    expect(validate({ adress: 'x', loud: 1, limits: { bytes: 0, wait: '1.5s' } }).issues).toEqual([
      {
        message: 'is not a known key; known are address, limits, loud. Did you mean "address"?',
        path: ['adress'],
      },
      { message: 'must be true or false', path: ['loud'] },
      { message: 'must be an integer, 1 or more', path: ['limits', 'bytes'] },
      { message: expect.stringContaining('must be a duration'), path: ['limits', 'wait'] },
    ])
    expect(validate('text').issues).toEqual([{ message: 'must be a map', path: [] }])
  })

  test('of the environment are read as what the rules ask for', () => {
    const env = { APP__MODULES__A__CONFIG__LIMITS__BYTES: '7', APP__MODULES__A__CONFIG__LIMITS__WAIT: '250' }
    const config = loadConfig({}, { env, cwd: '/', userHome: '/' })
    expect(config.settings('a').parse(schema)).toEqual({ limits: { bytes: 7, wait: 250 } })
  })
})
