import { clientKey, defineErrors, HostError, Problem } from '@modkit/core'
import { systemClock } from '@modkit/core/spi'
import type { CallOptions } from '../src/index.js'
import { createEverything, probeGrpc, type Amount, type Probe } from './fixtures/probe.grpc.js'

export const probeClient = clientKey<Probe>('probe', { grpc: probeGrpc })

export const probeErrors = defineErrors({
  BROKEN: {
    status: 409,
    message: (d: { part: string; count: number }) => `${String(d.count)} of the ${d.part} are broken.`,
    hint: 'Mend them.',
  },
})

/** What `fail` and `failLate` throw, by the name of the way. */
export const ways: Readonly<Record<string, () => Error>> = {
  contract: () => probeErrors.BROKEN({ part: 'axle', count: 3 }),
  host: () => new HostError('MODULE_UNAVAILABLE', { module: 'axles' }),
  problem: () =>
    new Problem({
      status: 422,
      code: 'AXLE_BENT',
      detail: 'The axle is bent.',
      errors: [{ in: 'body', field: '/axle', message: 'is bent', code: 'BENT' }],
      headers: { 'retry-after': '3' },
    }),
  plain: () => new Error('the password is 1234'),
}

/** A few of these fill every buffer between two sides. */
export const large = createEverything({ blob: Buffer.alloc(32_000) })

const wayOf = (name: string): Error => ways[name]?.() ?? new Error(`no way ${name}`)

/** A probe that honours signals and deadlines, as an implementation should that may be called without a hub in between. */
export function createProbe(flood = { made: 0 }): Probe {
  let open = 0
  const opened = async <T>(work: () => Promise<T>): Promise<T> => {
    open++
    return work().finally(() => void open--)
  }
  return {
    echo: async (request) => request,
    async *count({ value }, options = {}) {
      open++
      try {
        for (let i = 1n; value === 0n || i <= value; i++) {
          assertAwaited(options)
          yield await Promise.resolve({ value: i })
        }
      } finally {
        open--
      }
    },
    async sum(requests) {
      let sum = 0n
      for await (const { value } of requests) sum += value
      return { value: sum }
    },
    async *double(requests) {
      for await (const { value } of requests) yield { value: value * 2n }
    },
    async *flood() {
      for (;;) {
        yield await Promise.resolve(large)
        flood.made++
      }
    },
    fail: async ({ name }) => {
      throw wayOf(name)
    },
    async *failLate({ name }) {
      yield { value: 1n }
      throw wayOf(name)
    },
    wait: (_request, options = {}) => opened(() => givenUp(options)),
    remaining: async (_request, { deadline } = {}) => ({
      value: deadline === undefined ? -1n : BigInt(Math.round(deadline - Date.now())),
    }),
    open: async () => ({ value: BigInt(open) }),
    nothing: async () => undefined,
  }
}

function expired(): HostError {
  return new HostError('DEADLINE_EXCEEDED', { operation: 'The probe', afterMs: 0 })
}

function assertAwaited({ signal, deadline }: CallOptions): void {
  signal?.throwIfAborted()
  if (deadline !== undefined && Date.now() >= deadline) throw expired()
}

/** Rejects when the caller gives up. */
function givenUp({ signal, deadline }: CallOptions): Promise<Amount> {
  return new Promise((_resolve, reject) => {
    const timer = deadline === undefined ? undefined : systemClock.after(deadline - Date.now(), () => reject(expired()))
    const onAbort = (): void => {
      timer?.cancel()
      reject(signal?.reason as Error)
    }
    if (signal?.aborted === true) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
  })
}
