import { callsOf, warmUp } from './db-rounds.js'
import { operations, type OperationName } from './operations.js'
import type { Engine } from './places/place.js'
import { withPlaces, withSubjects } from './subject-places.js'

/** How many windows are watched at once. */
const WINDOWS = 10

/** Prints the functions in which each subject spends its time, operation by operation. */
export async function printDbProfiles(
  engine: Engine,
  names: readonly OperationName[],
  print: (text: string) => void,
): Promise<void> {
  await withPlaces(engine, (places) =>
    withSubjects(places, async (running) => {
      for (const operation of names) {
        await warmUp(running, operation)
        for (const subject of running) {
          const calls = callsOf(operation, engine.name) * WINDOWS
          const { selfTimes = [] } = await subject.ask({ operation, calls, watch: true })
          print(`\n${engine.name}, ${subject.name}, ${operations[operation].title}: self time`)
          for (const { where, share } of selfTimes) print(`  ${(share * 100).toFixed(1).padStart(5)} %  ${where}`)
        }
      }
    }),
  )
}
