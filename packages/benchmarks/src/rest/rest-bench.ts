import type { Bar, Bench, BenchOptions } from '../bench.js'
import { LoadProcess } from './load/load.js'
import { throughputBars } from './rest-bars.js'
import { restRounds, type RoundsOptions } from './rest-rounds.js'
import { FASTIFY, subjectNamed, subjectNames, type SubjectName } from './rest-subjects.js'
import { throughputOf, throughputReport } from './throughput.js'
import { workloadNames, type WorkloadName } from './workloads.js'

/** The same three operations under load, by everybody who could serve them. */
export const restBench: Bench = {
  name: 'rest',
  about: 'requests per second and latency of the same operations: ModKit, node:http, Fastify, Express, NestJS 12',
  async run({ rounds, seconds, only }: BenchOptions, print): Promise<readonly Bar[]> {
    const choice = choiceOf(only)
    const load = new LoadProcess()
    try {
      return await measure(choice, { load, rounds, durationMs: seconds * 1_000 }, print)
    } finally {
      await load.end()
    }
  },
}

interface Choice {
  readonly subjects: readonly SubjectName[]
  readonly parts: readonly Part[]
}

const parts = workloadNames

type Part = (typeof parts)[number]

/** @throws Error for a name that is none */
function choiceOf(only: readonly string[] = []): Choice {
  const subjects = subjectNames.filter((name) => only.includes(name))
  const chosen = parts.filter((name) => only.includes(name))
  const known: readonly string[] = [...subjectNames, ...parts]
  const unknown = only.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new Error(`--only knows ${known.join(', ')}, and not ${unknown.join(', ')}.`)
  return {
    subjects: subjects.length > 0 ? subjects : subjectNames,
    parts: chosen.length > 0 ? chosen : parts,
  }
}

async function measure(choice: Choice, options: RoundsOptions, print: (text: string) => void): Promise<readonly Bar[]> {
  const subjects = choice.subjects.map(subjectNamed)
  const workloads = workloadNames.filter((name): name is WorkloadName => choice.parts.includes(name))
  const measured = await restRounds({ subjects, workloads }, (workload) => throughputOf(workload, options), options)
  for (const [workload, measurements] of measured) print(throughputReport(workload, measurements, FASTIFY))
  return throughputBars(measured)
}
