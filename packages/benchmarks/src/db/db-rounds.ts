import { Measurements, takeTurn } from '../measuring/rounds.js'
import { operations, type OperationName } from './operations.js'
import type { EngineName } from './places/engine-names.js'
import type { Engine } from './places/place.js'
import type { RunningSubject } from './running-subject.js'
import type { CallsAnswer } from './subjects/questions.js'
import { withPlaces, withSubjects } from './subject-places.js'

export type DbFigure = 'microsEach' | 'cpuMicrosEach'

export type DbMeasurements = ReadonlyMap<OperationName, Measurements<DbFigure>>

export interface DbRoundsOptions {
  readonly names: readonly OperationName[]
  readonly rounds: number
}

/**
 * Measures the subjects on one engine in turn, many times, after all have been warmed up with the same operation. Each
 * window counts.
 *
 * Every round has fresh processes and tables, because what the compiler makes of a program differs from process to
 * process, and each turn another order, because it matters who was measured before.
 */
export async function dbRounds(engine: Engine, { names, rounds }: DbRoundsOptions): Promise<DbMeasurements> {
  const results = new Map(names.map((name) => [name, new Measurements<DbFigure>()]))
  await withPlaces(engine, async (places) => {
    for (let round = 0; round < rounds; round++) {
      await withSubjects(places, async (running) => {
        for (const [name, measurements] of results) {
          const calls = callsOf(name, engine.name)
          const ask = (subject: RunningSubject): Promise<CallsAnswer> => subject.ask({ operation: name, calls })
          await warmUp(running, name)
          for (let turn = 0; turn < operations[name].turns; turn++)
            await takeTurn({ subjects: running, turn: round + turn }, ask, measurements)
        }
      })
    }
  })
  return results
}

export async function warmUp(running: readonly RunningSubject[], operation: OperationName): Promise<void> {
  for (const subject of running) await subject.ask({ operation, calls: operations[operation].warmUp })
}

export function callsOf(operation: OperationName, engine: EngineName): number {
  const { embedded, server } = operations[operation].calls
  return engine === 'sqlite' ? embedded : server
}
