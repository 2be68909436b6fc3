import { beforeAll, describe, expect, test } from '@jest/globals'
import type { Remains } from './fixtures/leaks/repeat-lives.js'
import type { Sample } from './fixtures/leaks/measure.js'
import { Child } from './support/child.js'

// `npm run soak` lives every life a thousand times; a test run fewer, the costlier the life the fewer.
const IS_SOAK = process.env['MODKIT_SOAK'] === '1'
const LIVES = IS_SOAK ? 1_000 : 60

/** Lives that cost little, by what the host does. */
const CHEAP = [
  'starts and stops',
  'shares the promise that may end it',
  'has background tasks',
  'has every capability',
  'logs to a file',
  'logs to the console',
  'goes on without an optional module',
  'only migrates',
  'never starts',
  'is refused for its options',
  'is refused for its modules',
  'fails to construct a module',
  'fails to start a module',
  'is cancelled by its signal',
  'is stopped while it starts',
]
/** Lives with threads, processes, servers or databases of their own. */
const COSTLY = [
  'runs',
  'runs until its signal aborts',
  'runs on process signals, watched',
  'fails to run',
  'moves a module',
  'serves',
  'fails to serve',
  'migrates a database',
]
/** A dozen hosts at once in each: more than the listeners that Node suspects no leak behind. */
const CROWDED = ['lives in a crowd', 'runs in a crowd']

/** How often each life is lived. */
const plans = new Map<string, number>([
  ...CHEAP.map((life) => [life, LIVES] as const),
  ...COSTLY.map((life) => [life, IS_SOAK ? LIVES : LIVES / 5] as const),
  ...CROWDED.map((life) => [life, IS_SOAK ? LIVES / 20 : 4] as const),
])
plans.set('starts and stops', Math.max(LIVES, 200))

/**
 * What a life may add to the heap when everything is released. Code that is compiled and measured at first weighs more, the
 * fewer lives there are to carry it; a host that is held weighs 70 KB.
 */
const HEAP_BYTES = IS_SOAK ? { each: 1_500, once: 1_000_000 } : { each: 0, once: 2_500_000 }

const remains = new Map<string, Remains>()

beforeAll(async () => {
  const args = [...plans].map(([life, lives]) => `${String(Math.ceil(lives / 5))}:${String(lives)}:${life}`)
  const script = new URL('./fixtures/leaks/repeat-lives.ts', import.meta.url)
  const { code, stdout, stderr } = await new Child(script, args, { nodeOptions: ['--expose-gc'] }).end
  if (code !== 0) throw new Error(`The lives ended with exit code ${String(code)}:\n${stderr}`)
  for (const line of stdout.split('\n').filter(Boolean)) {
    const found = JSON.parse(line) as Remains
    remains.set(found.life, found)
  }
}, LIVES * 3_000)

describe.each([...plans.keys()])('a host that %s', (life) => {
  test('is garbage afterwards, with its modules, their contexts, its clients and its errors', () => {
    const { alive } = remains.get(life)!.after
    expect(alive).toHaveProperty('host')
    expect(Object.entries(alive).filter(([, count]) => count > 0)).toEqual([])
  })

  test('leaves no listener, timer, thread, file or socket behind', () => {
    const { freshListeners, before, after, warnings } = remains.get(life)!
    expect(after.listeners).toEqual(freshListeners)
    expect(grown(before.resources, after.resources)).toEqual([])
    expect(after.timers).toBeLessThanOrEqual(1)
    expect(after.workers).toBeLessThanOrEqual(before.workers)
    expect(after.descriptors).toBeLessThanOrEqual(before.descriptors)
    expect(warnings).toEqual([])
  })

  test('does not let the heap grow', () => {
    const { before, after, lives } = remains.get(life)!
    const { each, once } = HEAP_BYTES
    expect(after.heapBytes - before.heapBytes).toBeLessThan(once + each * lives)
  })
})

/** Of which kind there are more than before. What the loader of TypeScript holds comes and goes, and is not ours. */
function grown(before: Sample['resources'], after: Sample['resources']): readonly string[] {
  return Object.keys(after).filter((kind) => (after[kind] ?? 0) > (before[kind] ?? 0))
}
