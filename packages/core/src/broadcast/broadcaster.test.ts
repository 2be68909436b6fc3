import { getEventListeners } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { Broadcaster } from './broadcaster.js'
import type { Subscription } from './subscription.js'

/** What a subscriber gets, as short as it can be told: `2` or `dropped {"count":1}`. */
async function next<T>(subscription: Subscription<T>): Promise<unknown> {
  const { done, value } = await subscription.next()
  if (done === true) return 'end'
  return 'isNotice' in value ? `${String(value.event)} ${JSON.stringify(value.data)}` : value.data
}

async function rest<T>(subscription: Subscription<T>): Promise<unknown[]> {
  const got: unknown[] = []
  for (let one = await next(subscription); one !== 'end'; one = await next(subscription)) got.push(one)
  return got
}

function publish(broadcaster: Broadcaster<number>, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => broadcaster.publish(from + index))
}

describe('a subscriber', () => {
  test('gets what is published from its subscription on, in order, with id and name, whether it is read yet or not', async () => {
    const broadcaster = new Broadcaster<number>()
    broadcaster.publish(1)
    const subscription = broadcaster.subscribe()
    const ids = [broadcaster.publish(2), broadcaster.publish(3, { event: 'three' })]
    broadcaster.close()
    const got = []
    for await (const { data, event, id } of subscription) got.push({ data, event, id })
    expect(got).toEqual([
      { data: 2, event: undefined, id: ids[0] },
      { data: 3, event: 'three', id: ids[1] },
    ])
  })

  test('that waits gets the next event, and so do all the others', async () => {
    const broadcaster = new Broadcaster<number>()
    const subscriptions = [broadcaster.subscribe(), broadcaster.subscribe()]
    const waiting = subscriptions.map(next)
    broadcaster.publish(1)
    expect(await Promise.all(waiting)).toEqual([1, 1])
  })

  test('that asks several times at once is answered in order', async () => {
    const broadcaster = new Broadcaster<number>()
    const subscription = broadcaster.subscribe()
    const asked = [next(subscription), next(subscription), next(subscription)]
    publish(broadcaster, 1, 2)
    broadcaster.close()
    expect(await Promise.all(asked)).toEqual([1, 2, 'end'])
  })

  test('may publish while it is being given events', async () => {
    const broadcaster = new Broadcaster<number>()
    const subscription = broadcaster.subscribe()
    broadcaster.publish(1)
    const got: unknown[] = []
    for await (const { data } of subscription) {
      got.push(data)
      if (data === 4) break
      broadcaster.publish(got.length + 1)
    }
    expect(got).toEqual([1, 2, 3, 4])
  })

  test('that is slow loses the oldest, is told how many, and holds up nobody', async () => {
    const broadcaster = new Broadcaster<number>({ capacity: 2 })
    const [slow, quick] = [broadcaster.subscribe(), broadcaster.subscribe()]
    for (let n = 1; n <= 5; n++) {
      broadcaster.publish(n)
      expect(await next(quick)).toBe(n)
    }
    expect([slow.dropped, quick.dropped, broadcaster.dropped]).toEqual([3, 0, 3])
    expect([await next(slow), await next(slow), await next(slow)]).toEqual(['dropped {"count":3}', 4, 5])
    publish(broadcaster, 6, 8)
    expect([await next(slow), await next(slow)]).toEqual(['dropped {"count":1}', 7])
    await slow.return()
    publish(broadcaster, 9, 20)
    expect([slow.dropped, broadcaster.dropped]).toEqual([4, 4 + 13])
  })

  test('is told nothing where notices are off, and counted all the same', async () => {
    const broadcaster = new Broadcaster<number>({ capacity: 1, notices: false })
    const subscription = broadcaster.subscribe({ after: 'of another life' })
    publish(broadcaster, 1, 3)
    expect([await next(subscription), subscription.dropped]).toEqual([3, 2])
  })

  test('cannot change what the others get', async () => {
    const broadcaster = new Broadcaster<number>()
    const subscription = broadcaster.subscribe()
    broadcaster.publish(1)
    const { value } = await subscription.next()
    expect(() => Object.assign(value!, { data: 2 })).toThrow(TypeError)
  })
})

describe('a subscriber that comes with the id of its last event', () => {
  test('goes on after it', async () => {
    const broadcaster = new Broadcaster<number>({ history: 3 })
    const ids = publish(broadcaster, 1, 5)
    const subscriptions = [ids[1], ids[3], ids[4]].map((after) => broadcaster.subscribe({ after }))
    broadcaster.publish(6)
    broadcaster.close()
    expect(await Promise.all(subscriptions.map(rest))).toEqual([[3, 4, 5, 6], [5, 6], [6]])
  })

  test('whose successors are gone is told so, and gets the history', async () => {
    const broadcaster = new Broadcaster<number>({ history: 2 })
    const [first] = publish(broadcaster, 1, 4)
    const subscription = broadcaster.subscribe({ after: first })
    broadcaster.close()
    expect(await rest(subscription)).toEqual(['reset {"reason":"too-old"}', 3, 4])
  })

  test.each([
    ['of another life', () => new Broadcaster<number>().publish(1)],
    ['of an event to come', (id: string) => id.replace(/\d+$/, '9')],
    ['that is no number', (id: string) => id.replace(/\d+$/, '1e0')],
    ['that is below zero', (id: string) => id.replace(/\d+$/, '-1')],
    ['that is nonsense', () => '\u0000'],
    ['that is two', (id: string) => [id, id]],
  ])('%s is told so, and gets the history', async (_, after) => {
    const broadcaster = new Broadcaster<number>({ history: 1 })
    const [id] = publish(broadcaster, 1, 2)
    const subscription = broadcaster.subscribe({ after: after(id!) })
    broadcaster.close()
    expect(await rest(subscription)).toEqual(['reset {"reason":"unknown"}', 2])
  })

  test('that is empty, or a list of none, begins anew', async () => {
    const broadcaster = new Broadcaster<number>({ history: 1 })
    broadcaster.publish(1)
    const subscriptions = ['', [], undefined].map((after) => broadcaster.subscribe({ after }))
    broadcaster.close()
    expect(await Promise.all(subscriptions.map(rest))).toEqual([[], [], []])
  })

  test('loses nothing of the history, however small the capacity', async () => {
    const broadcaster = new Broadcaster<number>({ capacity: 1, history: 4 })
    const [first] = publish(broadcaster, 1, 4)
    const subscription = broadcaster.subscribe({ after: first })
    publish(broadcaster, 5, 6)
    broadcaster.close()
    expect(await rest(subscription)).toEqual(['dropped {"count":1}', 3, 4, 5, 6])
  })

  test('that a notice had goes on with what follows the notice', async () => {
    const broadcaster = new Broadcaster<number>({ capacity: 1, history: 2 })
    const told = broadcaster.subscribe({ after: 'of another life' })
    const reset = (await told.next()).value!
    publish(broadcaster, 1, 3)
    const dropped = (await told.next()).value!
    broadcaster.close()
    expect([reset.event, dropped.event]).toEqual(['reset', 'dropped'])
    expect(await rest(broadcaster.subscribe({ after: reset.id }))).toEqual(['reset {"reason":"too-old"}', 2, 3])
    expect(await rest(broadcaster.subscribe({ after: dropped.id }))).toEqual([2, 3])
  })
})

describe('a subscription ends', () => {
  test('when the loop over it is left, and is not counted any more', async () => {
    const broadcaster = new Broadcaster<number>()
    const subscription = broadcaster.subscribe()
    publish(broadcaster, 1, 2)
    expect(broadcaster.subscribers).toBe(1)
    for await (const _ of subscription) break
    expect([broadcaster.subscribers, await next(subscription)]).toEqual([0, 'end'])
  })

  test('when the scope that uses it is left', async () => {
    const broadcaster = new Broadcaster<number>()
    {
      await using subscription = broadcaster.subscribe()
      expect([broadcaster.subscribers, subscription.dropped]).toEqual([1, 0])
    }
    expect(broadcaster.subscribers).toBe(0)
  })

  test('when its signal aborts, also while it waits, and takes its listener away', async () => {
    const broadcaster = new Broadcaster<number>()
    const controller = new AbortController()
    const { signal } = controller
    const [waiting, unread] = [broadcaster.subscribe({ signal }), broadcaster.subscribe({ signal })]
    const asked = next(waiting)
    await broadcaster.subscribe({ signal }).return()
    expect([broadcaster.subscribers, getEventListeners(signal, 'abort').length]).toEqual([2, 2])
    controller.abort()
    broadcaster.publish(1)
    expect([await asked, await next(unread), broadcaster.subscribers]).toEqual(['end', 'end', 0])
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  test('before it begins where its signal has aborted already', async () => {
    const broadcaster = new Broadcaster<number>({ history: 1 })
    const subscription = broadcaster.subscribe({ signal: AbortSignal.abort(), after: 'of another life' })
    expect([await next(subscription), broadcaster.subscribers]).toEqual(['end', 0])
  })

  test('when its broadcaster closes, after what it has still to get', async () => {
    const broadcaster = new Broadcaster<number>({ history: 1 })
    const [behind, waiting] = [broadcaster.subscribe(), broadcaster.subscribe()]
    broadcaster.publish(1)
    await next(waiting)
    const asked = next(waiting)
    broadcaster.close()
    const after = broadcaster.publish(2)
    expect([await asked, await rest(behind), broadcaster.subscribers]).toEqual(['end', [1], 0])
    expect(after).not.toBe(broadcaster.publish(3))
    broadcaster.close()
    expect(await rest(broadcaster.subscribe({ after: 'of another life' }))).toEqual(['reset {"reason":"unknown"}', 1])
  })

  test('when its broadcaster is disposed of', async () => {
    const broadcaster = new Broadcaster<number>()
    const subscription = broadcaster.subscribe()
    broadcaster[Symbol.dispose]()
    expect(await next(subscription)).toBe('end')
  })
})

test('no two events have one id, nor have those of two lives', () => {
  const ids = [new Broadcaster<number>(), new Broadcaster<number>()].flatMap((life) => publish(life, 1, 100))
  expect(new Set(ids).size).toBe(200)
})

test.each([{ capacity: 0 }, { capacity: 1.5 }, { capacity: Number.NaN }, { history: -1 }, { history: Infinity }])(
  'a broadcaster with %j is refused, and told what is legal',
  (options) => {
    expect(() => new Broadcaster(options)).toThrow(/^(?:capacity|history) is a whole number from [01]; it is /)
  },
)
