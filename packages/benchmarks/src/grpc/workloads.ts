/** What is asked of every subject. */
export interface Workload {
  readonly title: string
  readonly kind: 'find' | 'list'
  /** How many calls are under way at any time. */
  readonly inFlight: number
  /** How many calls warm up a fresh process. */
  readonly warmUp: number
}

/** How many messages a stream brings. */
export const STREAMED = 100

const workloads = {
  'unary-1': { title: 'unary, one after the other', kind: 'find', inFlight: 1, warmUp: 3_000 },
  'unary-64': { title: 'unary, 64 in flight', kind: 'find', inFlight: 64, warmUp: 10_000 },
  'stream-1': { title: `stream of ${String(STREAMED)}, one after the other`, kind: 'list', inFlight: 1, warmUp: 200 },
  'stream-64': { title: `stream of ${String(STREAMED)}, 64 in flight`, kind: 'list', inFlight: 64, warmUp: 400 },
} as const satisfies Record<string, Workload>

export type WorkloadName = keyof typeof workloads

export const workloadNames = Object.keys(workloads) as readonly WorkloadName[]

export function workloadOf(name: WorkloadName): Workload {
  return workloads[name]
}
