import { describe, expect, test } from '@jest/globals'
import { parameterNames, parsePathTemplate } from './path-template.js'

describe('a path', () => {
  test('is taken apart into literals, parameters and a rest', () => {
    const parsed = parsePathTemplate('/files/{folder}/{*rest}')
    if ('reason' in parsed) throw new Error(parsed.reason)
    expect(parsed.template.segments).toEqual([
      { kind: 'literal', text: 'files' },
      { kind: 'parameter', name: 'folder' },
      { kind: 'rest', name: 'rest' },
    ])
    expect(parameterNames(parsed.template)).toEqual(['folder', 'rest'])
  })

  test('may be the root', () => {
    expect(parsePathTemplate('/')).toEqual({ template: { text: '/', segments: [] } })
  })

  test.each([
    ['users', /must start with "\/"/],
    ['', /must start with "\/"/],
    ['/users/', /empty segment/],
    ['//users', /empty segment/],
    ['/users/:id', /write "\{id\}" instead of ":id"/],
    ['/users/{id', /takes a whole segment/],
    ['/users/{id}.json', /takes a whole segment/],
    ['/users/{}', /takes a whole segment/],
    ['/files/{*rest}/more', /must be the last/],
    ['/users/{id}/of/{id}', /"id" appears twice/],
    ['/users/{__proto__}', /cannot be named/],
    ['/a b', /need encoding/],
    ['/a/../b', /need encoding/],
    ['/a?b', /need encoding/],
  ])('%j is refused with the reason', (text, reason) => {
    expect(parsePathTemplate(text)).toEqual({ reason: expect.stringMatching(reason) })
  })
})
