import type { Bar } from '../bench.js'
import { FASTIFY, MODKIT } from './rest-subjects.js'
import type { Throughputs } from './throughput.js'
import { workloads, type WorkloadName } from './workloads.js'

interface ThroughputBar {
  readonly workload: WorkloadName
  readonly ours: string
  readonly peer: string
  readonly limit: number
}

const throughputLimits: readonly ThroughputBar[] = [
  { workload: 'get', ours: MODKIT, peer: FASTIFY, limit: 1 },
  { workload: 'post', ours: MODKIT, peer: FASTIFY, limit: 1 },
  { workload: 'get', ours: MODKIT, peer: 'node-http', limit: 0.9 },
]

/** The bars whose subjects were measured. */
export function throughputBars(measured: Throughputs): readonly Bar[] {
  return throughputLimits.flatMap(({ workload, ours, peer, limit }): Bar[] => {
    const measurements = measured.get(workload)
    if (![ours, peer].every((name) => measurements?.subjects.includes(name))) return []
    const text = `${workloads[workload].title}: requests/s of ${ours}, of ${peer}`
    return [{ text, value: measurements?.ratio('perSecond', ours, peer) ?? NaN, limit, bound: 'at least' }]
  })
}
