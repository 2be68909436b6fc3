import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { LONG_FORM_MS, propertyRuns } from '../../test/properties/property-runs.js'
import { Broadcaster } from './broadcaster.js'
import type { Subscription } from './subscription.js'

const STRANGE = 'no id of ours'

type Step =
  | { readonly do: 'publish' | 'close' }
  /** `after`: nothing, something strange, or the id of the event so far back. */
  | { readonly do: 'subscribe'; readonly after: 'nothing' | 'strange' | number }
  | { readonly do: 'read' | 'leave' | 'abort'; readonly who: number }

const who = fc.nat(4)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 80, arbitrary: fc.constant<Step>({ do: 'publish' }) },
  { weight: 80, arbitrary: fc.record({ do: fc.constant('read' as const), who }) },
  {
    weight: 30,
    arbitrary: fc.record({
      do: fc.constant('subscribe' as const),
      after: fc.oneof(fc.constantFrom('nothing' as const, 'strange' as const), fc.nat(7)),
    }),
  },
  { weight: 10, arbitrary: fc.record({ do: fc.constantFrom('leave' as const, 'abort' as const), who }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'close' }) },
)
const options = fc.record({ capacity: fc.integer({ min: 1, max: 4 }), history: fc.nat(6), notices: fc.boolean() })
const plans = fc.record({ options, steps: fc.array(step, { maxLength: 80 }) })

type Options = Required<NonNullable<ConstructorParameters<typeof Broadcaster>[0]>>

/** The same, as one would write it who has memory and time to spare: a queue for each subscriber. */
class NaiveSubscriber {
  queue: unknown[]
  reset: string | undefined
  missed = 0
  dropped = 0
  waits = 0
  isOver = false
  readonly got: unknown[] = []

  constructor(queue: unknown[], reset: string | undefined) {
    this.queue = queue
    this.reset = reset
  }
}

class Naive {
  readonly #options: Options
  readonly subscribers: NaiveSubscriber[] = []
  published = 0
  isClosed = false
  kept: number[] = []
  dropped = 0

  constructor(options: Options) {
    this.#options = options
  }

  publish(): void {
    if (this.isClosed) return
    const { capacity, history } = this.#options
    this.kept = history === 0 ? [] : [...this.kept, ++this.published].slice(-history)
    if (history === 0) this.published++
    for (const subscriber of this.subscribers.filter(({ isOver }) => !isOver)) {
      subscriber.queue.push(this.published)
      if (subscriber.queue.length > Math.max(capacity, history)) {
        subscriber.queue.shift()
        subscriber.missed++
        subscriber.dropped++
        this.dropped++
      }
      this.#serve(subscriber)
    }
  }

  /** `last`: the event that the subscriber says it had last; 0 for one that never was. */
  subscribe(last: number | undefined): void {
    const known = last === undefined || last > 0
    const isWhole = last !== undefined && last > 0 && last >= this.published - this.kept.length
    const reset = last === undefined || isWhole ? undefined : known ? 'too-old' : 'unknown'
    const queue = last === undefined ? [] : this.kept.filter((event) => event > (reset === undefined ? last : 0))
    this.subscribers.push(new NaiveSubscriber(queue, reset))
  }

  read(subscriber: NaiveSubscriber): void {
    subscriber.waits++
    this.#serve(subscriber)
    if (subscriber.waits > 0 && this.isClosed) this.end(subscriber)
    if (subscriber.isOver) this.#tellEnd(subscriber)
  }

  end(subscriber: NaiveSubscriber): void {
    subscriber.isOver = true
    this.#tellEnd(subscriber)
  }

  close(): void {
    this.isClosed = true
    for (const subscriber of this.subscribers) if (subscriber.waits > 0) this.end(subscriber)
  }

  #tellEnd(subscriber: NaiveSubscriber): void {
    for (; subscriber.waits > 0; subscriber.waits--) subscriber.got.push('end')
  }

  #serve(subscriber: NaiveSubscriber): void {
    while (subscriber.waits > 0 && !subscriber.isOver) {
      const told = this.#noticeFor(subscriber) ?? subscriber.queue.shift()
      if (told === undefined) return
      subscriber.got.push(told)
      subscriber.waits--
    }
  }

  #noticeFor(subscriber: NaiveSubscriber): unknown {
    const { reset, missed } = subscriber
    const { notices } = this.#options
    subscriber.reset = undefined
    if (reset !== undefined && notices) return { reason: reset }
    subscriber.missed = 0
    return missed > 0 && notices ? { count: missed } : undefined
  }
}

interface RealSubscriber {
  readonly subscription: Subscription<number>
  readonly abort: () => void
  readonly got: unknown[]
  readonly ids: string[]
}

class Real {
  readonly broadcaster: Broadcaster<number>
  readonly subscribers: RealSubscriber[] = []
  readonly ids: string[] = []

  constructor(options: Options) {
    this.broadcaster = new Broadcaster(options)
  }

  subscribe(after: string | undefined): void {
    const controller = new AbortController()
    const subscription = this.broadcaster.subscribe({ signal: controller.signal, after })
    this.subscribers.push({ subscription, abort: () => controller.abort(), got: [], ids: [] })
  }

  read({ subscription, got, ids }: RealSubscriber): void {
    void subscription.next().then(({ done, value }) => {
      got.push(done === true ? 'end' : value.data)
      if (done !== true) ids.push(value.id ?? '')
    })
  }
}

function take(step: Step, naive: Naive, real: Real): void {
  switch (step.do) {
    case 'publish':
      naive.publish()
      real.ids.push(real.broadcaster.publish(real.ids.length + 1))
      return
    case 'close':
      naive.close()
      real.broadcaster.close()
      return
    case 'subscribe':
      subscribe(step.after, naive, real)
      return
    default: {
      const index = step.who % Math.max(1, real.subscribers.length)
      const [model, subscriber] = [naive.subscribers[index], real.subscribers[index]]
      if (model && subscriber) act(step.do, { naive, real, model, subscriber })
    }
  }
}

function subscribe(after: 'nothing' | 'strange' | number, naive: Naive, real: Real): void {
  const last = typeof after === 'number' ? Math.max(0, naive.published - after) : undefined
  if (after === 'nothing' || last === 0) {
    naive.subscribe(undefined)
    real.subscribe(undefined)
  } else {
    naive.subscribe(last ?? 0)
    real.subscribe(last === undefined ? STRANGE : real.ids[last - 1])
  }
}

interface Pair {
  readonly naive: Naive
  readonly real: Real
  readonly model: NaiveSubscriber
  readonly subscriber: RealSubscriber
}

function act(what: 'read' | 'leave' | 'abort', { naive, real, model, subscriber }: Pair): void {
  if (what === 'read') {
    naive.read(model)
    real.read(subscriber)
    return
  }
  naive.end(model)
  if (what === 'abort') subscriber.abort()
  else void subscriber.subscription.return()
}

function compare(naive: Naive, { broadcaster, subscribers }: Real): void {
  expect({
    dropped: broadcaster.dropped,
    subscribers: broadcaster.subscribers,
    each: subscribers.map(({ subscription }) => subscription.dropped),
  }).toEqual({
    dropped: naive.dropped,
    subscribers: naive.subscribers.filter(({ isOver }) => !isOver).length,
    each: naive.subscribers.map(({ dropped }) => dropped),
  })
}

/** What has to hold of any subscriber, whatever the model says: order, nothing twice, and nothing after the end. */
function checkOrder({ got, ids }: RealSubscriber): void {
  const positions = ids.map((id) => Number(id.split('-')[1]))
  const events = got.filter((data) => typeof data === 'number')
  expect(events).toEqual([...new Set(events)].toSorted((a, b) => a - b))
  expect(positions).toEqual(positions.toSorted((a, b) => a - b))
  expect(got.filter((one) => one === 'end')).toEqual(got.slice(ids.length))
}

test(
  'subscribers get what one would who keeps a queue for each, whatever is published, read, left and closed in which order',
  async () => {
    await fc.assert(
      fc.asyncProperty(plans, async ({ options, steps }) => {
        const [naive, real] = [new Naive(options), new Real(options)]
        for (const step of steps) {
          take(step, naive, real)
          compare(naive, real)
        }
        await new Promise((resolve) => setImmediate(resolve))
        expect(real.subscribers.map(({ got }) => got)).toEqual(naive.subscribers.map(({ got }) => got))
        for (const subscriber of real.subscribers) checkOrder(subscriber)
      }),
      propertyRuns(1_000, 30_000),
    )
  },
  LONG_FORM_MS,
)
