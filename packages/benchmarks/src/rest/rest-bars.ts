import type { Bar } from '../bench.js'
import type { SubjectName } from './rest-subjects.js'
import type { Throughputs } from './throughput.js'
import { workloads, type WorkloadName } from './workloads.js'

interface ThroughputLimit {
  readonly workload: WorkloadName
  readonly ours: SubjectName
  readonly peer: SubjectName
  readonly limit: number
}

const throughputLimits: readonly ThroughputLimit[] = [
  { workload: 'get', ours: 'modkit', peer: 'fastify', limit: 1 },
  { workload: 'post', ours: 'modkit', peer: 'fastify', limit: 1 },
  { workload: 'get', ours: 'modkit-zod', peer: 'fastify', limit: 0.9 },
  { workload: 'post', ours: 'modkit-zod', peer: 'fastify', limit: 0.9 },
  { workload: 'get', ours: 'modkit', peer: 'node-http', limit: 0.9 },
  { workload: 'get', ours: 'modkit', peer: 'nest-express', limit: 6 },
  { workload: 'get', ours: 'modkit-pipeline', peer: 'fastify-plugins', limit: 0.85 },
  { workload: 'post', ours: 'modkit-pipeline', peer: 'fastify-plugins', limit: 0.85 },
]

/** The bars whose subjects were measured. */
export function throughputBars(measured: Throughputs): readonly Bar[] {
  return throughputLimits.flatMap(({ workload, ours, peer, limit }): Bar[] => {
    const measurements = measured.get(workload)
    if (![ours, peer].every((name) => measurements?.subjects.includes(name))) return []
    const text = `${workloads[workload].title}: requests/s of ${ours}, of ${peer}`
    return [{ text, value: measurements?.pairedRatio('perSecond', ours, peer) ?? NaN, limit, bound: 'at least' }]
  })
}
