import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GrpcAnswer } from '../grpc/subjects/serve-questions.js'
import { workloadOf, type WorkloadName } from '../grpc/workloads.js'
import { Measurements, takeTurn } from '../measuring/rounds.js'
import { SubjectProcess } from '../measuring/subject-process.js'
import { table, times } from '../measuring/table.js'

/** Where the module runs that is called. */
const PLACES = ['local', 'unix', 'tcp'] as const

type PlaceName = (typeof PLACES)[number]

export type CallFigure = 'microsEach' | 'p50Micros' | 'p99Micros' | 'cpuMicrosEach'

interface CallRoundsOptions {
  readonly rounds: number
  /** How long each place is measured in a round, in all of its windows. */
  readonly seconds: number
}

/** Each call begins when the one before has its answer. */
const WORKLOAD: WorkloadName = 'unary-1'

/** What disturbs a machine comes and goes within seconds: short windows that follow each other closely meet the same of it. */
const TURNS = 5

/** The same call of the same module through the same client, wherever it runs; each round with fresh processes. */
export async function callRounds({ rounds, seconds }: CallRoundsOptions): Promise<Measurements<CallFigure>> {
  const measurements = new Measurements<CallFigure>()
  const askOne = ({ caller }: Caller): ReturnType<typeof ask> => ask(caller, { seconds: seconds / TURNS })
  for (let round = 0; round < rounds; round++) {
    await withCallers(async (callers) => {
      for (const { caller } of callers) await ask(caller, { calls: workloadOf(WORKLOAD).warmUp })
      for (let turn = 0; turn < TURNS; turn++)
        await takeTurn({ subjects: callers, turn: round + turn }, askOne, measurements)
    })
  }
  return measurements
}

interface Caller {
  readonly name: PlaceName
  readonly caller: SubjectProcess
}

async function ask(
  caller: SubjectProcess,
  extent: { readonly calls: number } | { readonly seconds: number },
): Promise<Readonly<Record<CallFigure, number>>> {
  const answer = await caller.ask<GrpcAnswer>({ workload: WORKLOAD, ...extent })
  const { p50Micros, p99Micros, cpuMicrosEach, callsPerSecond } = answer
  return { microsEach: 1e6 / callsPerSecond, p50Micros, p99Micros, cpuMicrosEach }
}

async function withCallers(work: (callers: readonly Caller[]) => Promise<void>): Promise<void> {
  const processes: SubjectProcess[] = []
  const start = (script: string, ...args: readonly string[]): SubjectProcess => {
    const started = new SubjectProcess(new URL(script, import.meta.url), args, { limitMs: undefined })
    processes.push(started)
    return started
  }
  try {
    const socket = `unix://${join(tmpdir(), `modkit-bench-oop-${String(process.pid)}.sock`)}`
    const { endpoint } = await start('../grpc/subjects/modkit-server.js', socket).says<{ endpoint: string }>()
    const callers = {
      local: start('./subjects/local-caller.js'),
      unix: start('../grpc/subjects/modkit-caller.js', endpoint),
      tcp: start('./subjects/moved-caller.js'),
    }
    for (const caller of Object.values(callers)) await caller.says<object>()
    await work(PLACES.map((name) => ({ name, caller: callers[name] })))
  } finally {
    for (const started of processes) await started.end()
  }
}

export function callReport(measured: Measurements<CallFigure>): string {
  const micros = (value: number): string => value.toFixed(value < 10 ? 2 : 0)
  const rows = measured.subjects.map((name) => [
    name,
    micros(measured.median(name, 'microsEach')),
    name === 'local' ? '' : times(measured.ratio('microsEach', name, 'tcp')),
    micros(measured.median(name, 'p50Micros')),
    micros(measured.median(name, 'p99Micros')),
    micros(measured.median(name, 'cpuMicrosEach')),
  ])
  const raw = measured.subjects.map(
    (name) => `  ${name} µs each: ${measured.raw(name, 'microsEach').map(micros).join(' ')}`,
  )
  const head = ['', 'µs each', 'of tcp', 'p50 µs', 'p99 µs', 'caller’s CPU µs']
  return ['\na call, one after the other, medians', table(head, rows), ...raw].join('\n')
}
