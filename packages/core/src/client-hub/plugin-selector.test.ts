import { describe, expect, test } from '@jest/globals'
import { PluginSelector } from './plugin-selector.js'

/** A choice that the test makes when it likes. */
function choice() {
  const pending: { choose: (plugin: string) => void; fail: (error: Error) => void }[] = []
  const resolve = (): Promise<string> =>
    new Promise((choose, fail) => {
      pending.push({ choose, fail })
    })
  return { pending, resolve }
}

const microtasks = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a plugin selector', () => {
  test('chooses once, however many ask at the same time', async () => {
    const { pending, resolve } = choice()
    const selector = new PluginSelector<string>()
    const asked = [selector.get(resolve), selector.get(resolve), selector.get(resolve)]
    await microtasks()
    pending[0]?.choose('acme')
    expect(await Promise.all(asked)).toEqual(['acme', 'acme', 'acme'])
    expect(await selector.get(resolve)).toBe('acme')
    expect(pending).toHaveLength(1)
  })

  test('tries again after a choice that failed', async () => {
    const selector = new PluginSelector<string>()
    const failing = (): string => {
      throw new Error('not there yet')
    }
    await expect(selector.get(failing)).rejects.toThrow('not there yet')
    expect(selector.reset()).toBe(false)
    expect(await selector.get(() => 'acme')).toBe('acme')
  })

  test('forgets its choice, and says whether there was one', async () => {
    const selector = new PluginSelector<string>()
    expect(selector.reset()).toBe(false)
    await selector.get(() => 'acme')
    expect(selector.reset()).toBe(true)
    expect(selector.reset()).toBe(false)
    expect(await selector.get(() => 'other')).toBe('other')
  })

  test('does not remember a choice that was forgotten while it was being made', async () => {
    const { pending, resolve } = choice()
    const selector = new PluginSelector<string>()
    const first = selector.get(resolve)
    await microtasks()
    expect(selector.reset()).toBe(false)
    const second = selector.get(() => 'new')
    pending[0]?.choose('old')
    expect(await first).toBe('old')
    expect(await second).toBe('new')
    expect(await selector.get(() => 'newer')).toBe('new')
  })

  test('does not forget the new choice when one that was forgotten fails', async () => {
    const { pending, resolve } = choice()
    const selector = new PluginSelector<string>()
    const first = selector.get(resolve)
    await microtasks()
    selector.reset()
    const second = selector.get(() => 'new')
    pending[0]?.fail(new Error('late'))
    await expect(first).rejects.toThrow('late')
    expect(await second).toBe('new')
    expect(await selector.get(() => 'newer')).toBe('new')
  })
})
