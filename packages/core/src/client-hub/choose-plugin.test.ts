import { describe, expect, test } from '@jest/globals'
import { choosePlugin, type PluginCandidate } from './choose-plugin.js'

function plugin(id: string, vendor: string, priority: number): PluginCandidate {
  return { id, content: { id, vendor, priority } }
}

describe('choosing a plugin', () => {
  test('takes the one of the vendor with the lowest priority', () => {
    const candidates = [
      plugin('a', 'acme', 20),
      plugin('b', 'other', 1),
      plugin('c', 'acme', -5),
      plugin('d', 'acme', 7),
    ]
    expect(choosePlugin(candidates, 'acme')).toEqual({ id: 'c', vendor: 'acme', priority: -5 })
  })

  test('takes the first of equals', () => {
    expect(choosePlugin([plugin('a', 'acme', 1), plugin('b', 'acme', 1)], 'acme').id).toBe('a')
  })

  test('takes anything that can be gone through once', () => {
    const candidates = new Set([plugin('a', 'acme', 1)])
    expect(choosePlugin(candidates.values(), 'acme').id).toBe('a')
  })

  test('hands out the record with its properties', () => {
    const content = { id: 'a', vendor: 'acme', priority: 1, properties: { region: 'eu' } }
    expect(choosePlugin([{ id: 'a', content }], 'acme').properties).toEqual({ region: 'eu' })
  })

  test('fails where the vendor has none, naming the vendors that are there', () => {
    const candidates = [plugin('a', 'other', 1), plugin('b', 'other', 2), plugin('c', 'third', 1)]
    expect(() => choosePlugin(candidates, 'acme')).toThrow(
      expect.objectContaining({ code: 'PLUGIN_NOT_FOUND', details: { vendor: 'acme', vendors: ['other', 'third'] } }),
    )
    expect(() => choosePlugin([], 'acme')).toThrow(expect.objectContaining({ code: 'PLUGIN_NOT_FOUND' }))
  })

  test.each([
    ['no object', null, 'not an object'],
    ['a list', [], 'not an object'],
    ['another id than its own', { id: 'other', vendor: 'x', priority: 1 }, 'content.id mismatch: it says "other"'],
    ['no id', { vendor: 'x', priority: 1 }, 'content.id mismatch: it says undefined'],
    ['no vendor', { id: 'bad', priority: 1 }, '"vendor"'],
    ['no priority', { id: 'bad', vendor: 'x' }, '"priority"'],
    ['a priority that is no integer', { id: 'bad', vendor: 'x', priority: 1.5 }, '"priority"'],
    ['a priority that is a text', { id: 'bad', vendor: 'x', priority: '1' }, '"priority"'],
    ['a priority beyond 16 bits', { id: 'bad', vendor: 'x', priority: 32_768 }, '"priority"'],
    ['properties that are no object', { id: 'bad', vendor: 'x', priority: 1, properties: 'y' }, '"properties"'],
  ])('fails for a record with %s, whoever its vendor is', (_what, content, reason) => {
    expect(() => choosePlugin([plugin('a', 'acme', 1), { id: 'bad', content }], 'acme')).toThrow(
      expect.objectContaining({
        code: 'PLUGIN_INVALID',
        details: { id: 'bad', reason: expect.stringContaining(reason) },
      }),
    )
  })
})
