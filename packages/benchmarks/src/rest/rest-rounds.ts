import { CORES } from '../measuring/keep-to-core.js'
import { Measurements, takeTurn } from '../measuring/rounds.js'
import type { LoadProcess } from './load/load.js'
import { withSubjects, type RestSubject, type RunningSubject } from './running-subject.js'
import type { WorkloadName } from './workloads.js'

/** A server must have compiled what it runs before it is measured, and it does that after so many calls, not after a time. */
const WARM_UP = { durationMs: 500, leastRequests: 5_000 }

/** What disturbs a machine comes and goes within seconds: turns that follow each other closely meet the same of it. */
const TURNS = 15

export interface RoundsOptions {
  readonly load: LoadProcess
  readonly rounds: number
  /** What the user asks for; the windows last a part of it each. */
  readonly durationMs: number
  /** How often all subjects take their turn in a round; without it, 15 times. */
  readonly turns?: number
}

/** What one window found out of one subject. */
export type Measure<F extends string> = (subject: RunningSubject) => Promise<Readonly<Record<F, number>>>

/**
 * Measures running subjects in turn, several times, after all have been warmed up with the same workload. Each window counts.
 *
 * Every round has fresh processes, because what the compiler makes of a program differs from process to process, and each
 * turn another order, because it matters who was measured before.
 */
export async function restRounds<F extends string, W extends WorkloadName>(
  { subjects, workloads }: { readonly subjects: readonly RestSubject[]; readonly workloads: readonly W[] },
  measure: (workload: W) => Measure<F>,
  { load, rounds, turns = TURNS }: RoundsOptions,
): Promise<ReadonlyMap<W, Measurements<F>>> {
  const results = new Map(workloads.map((workload) => [workload, new Measurements<F>()]))
  for (let round = 0; round < rounds; round++) {
    await withSubjects(subjects, async (running) => {
      for (const subject of running) await subject.keepToCore(CORES.server)
      for (const [workload, measurements] of results) {
        for (const subject of running) await load.full({ port: subject.port, workload, ...WARM_UP })
        for (let turn = 0; turn < turns; turn++)
          await takeTurn({ subjects: running, turn: round + turn }, measure(workload), measurements)
      }
    })
  }
  return results
}
