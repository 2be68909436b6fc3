import type { Bar, Bench, BenchOptions } from '../bench.js'
import { grpcChoiceOf, type WayName } from './choice.js'
import { grpcBars, grpcReport } from './grpc-report.js'
import { grpcRounds, warmUp, withSubjects } from './grpc-rounds.js'
import type { WorkloadName } from './workloads.js'

/** The same calls between two processes, through a hub and a client of ModKit, bare grpc-js, and NestJS's microservice. */
export const grpcBench: Bench = {
  name: 'grpc',
  about: 'unary calls and streams between two processes, through hub and client, bare grpc-js and NestJS',
  async run({ only, rounds, seconds }: BenchOptions, print): Promise<readonly Bar[]> {
    const { ways, workloads, profile } = grpcChoiceOf(only)
    const bars: Bar[] = []
    for (const way of ways) {
      if (profile) {
        await printProfiles(way, workloads, print)
        continue
      }
      const results = await grpcRounds(way, { workloads, rounds, seconds })
      print(grpcReport(way, results))
      bars.push(...grpcBars(way, results))
    }
    return bars
  },
}

const PROFILED_SECONDS = 5

/** Prints the functions in which each caller spends its time. */
async function printProfiles(
  way: WayName,
  workloads: readonly WorkloadName[],
  print: (text: string) => void,
): Promise<void> {
  await withSubjects(way, async (running) => {
    for (const workload of workloads) {
      await warmUp(running, workload)
      for (const subject of running) {
        const { selfTimes = [] } = await subject.ask({ workload, seconds: PROFILED_SECONDS, watch: true })
        print(`\n${way}, ${subject.name}, ${workload}: the caller's self time`)
        for (const { where, share } of selfTimes) print(`  ${(share * 100).toFixed(1).padStart(5)} %  ${where}`)
      }
    }
  })
}
