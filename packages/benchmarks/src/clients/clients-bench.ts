import { ClientHub, clientKey } from '@modkit/core'
import type { Bar, Bench, BenchOptions } from '../bench.js'
import { interleaved, type Subject } from '../measuring/rounds.js'
import { table } from '../measuring/table.js'

const CALLS = 5_000_000
/** As many clients as a large application has: a map of one entry would flatter. */
const CLIENTS = 1_000

interface Counter {
  next(by: number): number
}

class PlainCounter implements Counter {
  #count = 0
  next(by: number): number {
    return (this.#count = (this.#count + by) | 0)
  }
}

const counterKey = clientKey<Counter>('counter')

/** What it costs to look a client up and to call through it, beside a bare property and a bare method. */
export const clientsBench: Bench = {
  name: 'clients',
  about: 'ClientHub.get, and a call through it, beside a bare property and a bare method',
  async run({ rounds }: BenchOptions, print): Promise<readonly Bar[]> {
    const measured = await interleaved(subjects(), rounds)
    const rows = measured.subjects.map((name) => [
      name,
      measured.median(name, 'ns').toFixed(1),
      measured
        .raw(name, 'ns')
        .map((figure) => figure.toFixed(1))
        .join(' '),
    ])
    print(table(['', 'ns each, median', 'raw'], rows))
    return [{ text: 'ClientHub.get, in ns', value: measured.median('hub.get(key)', 'ns'), limit: 100 }]
  },
}

function subjects(): readonly Subject<'ns'>[] {
  const counter = new PlainCounter()
  const hub = new ClientHub()
  for (let index = 1; index < CLIENTS; index++) hub.register(clientKey<Counter>(`counter-${String(index)}`), counter)
  hub.register(counterKey, counter)
  const holder: { counter: Counter } = { counter }
  return [
    loop('holder.property', () => (holder.counter === counter ? 1 : 0)),
    loop('hub.get(key)', () => (hub.get(counterKey) === counter ? 1 : 0)),
    loop('object.method()', () => holder.counter.next(1)),
    loop('hub.get(key).method()', () => hub.get(counterKey).next(1)),
  ]
}

/** What the loops add up, so that no compiler finds that nobody needs them. */
let sink = 0

function loop(name: string, work: () => number): Subject<'ns'> {
  return {
    name,
    async measure() {
      const begun = performance.now()
      for (let call = 0; call < CALLS; call++) sink = (sink + work()) | 0
      return { ns: ((performance.now() - begun) * 1e6) / CALLS }
    },
  }
}
