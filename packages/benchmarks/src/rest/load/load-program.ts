import { createInterface } from 'node:readline'
import { percentile } from '../../measuring/percentile.js'
import { tell } from '../../measuring/subject-process.js'
import { requestBytes, workloads } from '../workloads.js'
import { withConnections } from './connections.js'
import { fullLoad } from './full-load.js'
import type { Latencies, Load, LoadResult } from './load.js'
import { pacedLoad } from './paced-load.js'
import { quietTail } from './quiet-tail.js'

/** The client: a program of its own, so that it and the server each have a core. Told what to do line by line. */
function main(): void {
  const orders = createInterface({ input: process.stdin })
  // It does not stay behind when the bench is gone.
  orders.on('close', () => process.exit())
  orders.on('line', (line) => {
    // The bench writes nothing else.
    carryOut(JSON.parse(line) as Load).then(tell, (error: unknown) => tell({ error: String(error) }))
  })
}

async function carryOut(load: Load): Promise<LoadResult> {
  const { port, connections: count, durationMs, leastRequests = 0, perSecond, settleMs = 0 } = load
  const request = requestBytes(workloads[load.workload])
  return withConnections({ port, count }, async (connections) => {
    const before = process.cpuUsage()
    if (perSecond !== undefined) {
      await pacedLoad(connections, request, { perSecond, durationMs: settleMs })
      const latencies = await pacedLoad(connections, request, { perSecond, durationMs })
      return { kind: 'paced', latencies: summary(latencies, perSecond) }
    }
    const throughput = await fullLoad(connections, request, { durationMs, leastRequests })
    const { user, system } = process.cpuUsage(before)
    return { kind: 'full', ...throughput, busyMs: (user + system) / 1_000 }
  })
}

function summary(latencies: Float64Array, perSecond: number): Latencies {
  return {
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    p999: percentile(latencies, 99.9),
    quietP99: quietTail(latencies, perSecond),
  }
}

main()
