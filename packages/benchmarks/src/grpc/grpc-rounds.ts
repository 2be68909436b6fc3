import { Measurements, takeTurn } from '../measuring/rounds.js'
import type { WayName } from './choice.js'
import { RunningSubject, subjectNames, type SubjectAnswer } from './running-subject.js'
import { workloadOf, type WorkloadName } from './workloads.js'

export type GrpcFigure = keyof Omit<SubjectAnswer, 'selfTimes' | 'calls'>

export type GrpcMeasurements = ReadonlyMap<WorkloadName, Measurements<GrpcFigure>>

export interface GrpcRoundsOptions {
  readonly workloads: readonly WorkloadName[]
  readonly rounds: number
  /** How long each subject is measured in a round, in all of its windows. */
  readonly seconds: number
}

/** What disturbs a machine comes and goes within seconds: short windows that follow each other closely meet the same of it. */
const TURNS = 5

/**
 * Measures the subjects in turn, round after round, each round with fresh processes and each turn in another order: what
 * the compiler makes of a program differs from process to process, and it matters who was measured before.
 */
export async function grpcRounds(way: WayName, options: GrpcRoundsOptions): Promise<GrpcMeasurements> {
  const results = new Map(options.workloads.map((name) => [name, new Measurements<GrpcFigure>()]))
  for (let round = 0; round < options.rounds; round++) {
    await withSubjects(way, async (running) => {
      for (const [workload, measurements] of results) {
        const ask = (subject: RunningSubject): Promise<SubjectAnswer> =>
          subject.ask({ workload, seconds: options.seconds / TURNS })
        await warmUp(running, workload)
        for (let turn = 0; turn < TURNS; turn++)
          await takeTurn({ subjects: running, turn: round + turn }, ask, measurements)
      }
    })
  }
  return results
}

export async function warmUp(running: readonly RunningSubject[], workload: WorkloadName): Promise<void> {
  for (const subject of running) await subject.ask({ workload, calls: workloadOf(workload).warmUp })
}

/** All subjects, until the work is done. */
export async function withSubjects(
  way: WayName,
  work: (running: readonly RunningSubject[]) => Promise<void>,
): Promise<void> {
  const running: RunningSubject[] = []
  try {
    for (const name of subjectNames) running.push(await RunningSubject.start(name, way))
    await work(running)
  } finally {
    for (const subject of running) await subject.end()
  }
}
