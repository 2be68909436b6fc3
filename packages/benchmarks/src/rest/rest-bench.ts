import type { Bar, Bench, BenchOptions } from '../bench.js'
import { CORES } from '../measuring/keep-to-core.js'
import { choiceOf } from './choice.js'
import { latencyBars } from './latency.js'
import { LoadProcess } from './load/load.js'
import { operationCountBars } from './operation-counts.js'
import { printProfiles } from './profiles.js'
import { throughputBars } from './rest-bars.js'
import { restRounds, type RoundsOptions } from './rest-rounds.js'
import { BASE, subjectNamed } from './rest-subjects.js'
import { throughputOf, throughputReport, type Throughputs } from './throughput.js'

const SIZES = [10_000]

/** The same three operations under load, by everybody who could serve them. */
export const restBench: Bench = {
  name: 'rest',
  about: 'requests per second and latency of the same operations: ModKit, node:http, Fastify, Express, NestJS 12',
  async run(options: BenchOptions, print): Promise<readonly Bar[]> {
    const load = new LoadProcess()
    try {
      await load.keepToCore(CORES.client)
      return await measure(options, { load, rounds: options.rounds, durationMs: options.seconds * 1_000 }, print)
    } finally {
      await load.end()
    }
  },
}

async function measure(
  { only, sizes = SIZES }: BenchOptions,
  options: RoundsOptions,
  print: (text: string) => void,
): Promise<readonly Bar[]> {
  const { subjects: names, workloads, parts, profiled } = choiceOf(only)
  const subjects = names.map(subjectNamed)
  const throughputs: Throughputs =
    workloads.length === 0
      ? new Map()
      : await restRounds({ subjects, workloads }, (workload) => throughputOf(workload, options), options)
  for (const [workload, measurements] of throughputs) print(throughputReport(workload, measurements, BASE))
  const bars = [...throughputBars(throughputs)]
  if (parts.includes('latency')) bars.push(...(await latencyBars(throughputs, options, print)))
  if (parts.includes('sizes')) bars.push(...(await operationCountBars(sizes, options, print)))
  if (parts.includes('profile')) await printProfiles({ subjects, chosen: profiled }, options, print)
  return bars
}
