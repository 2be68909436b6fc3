import type { Bar, Bench, BenchOptions } from '../bench.js'
import { callReport, callRounds } from './call-rounds.js'
import { oopPartsOf } from './choice.js'
import { startBars, startReport, startsOf, type StartFigure } from './start-rounds.js'
import type { Measurements } from '../measuring/rounds.js'

const SIZES = [1, 10, 50]

/** What it costs to have modules in processes of their own: until they are there, and for each call. */
export const oopBench: Bench = {
  name: 'oop',
  about: 'children of the same program from spawn to ready, beside bare node processes; a call here and there',
  async run({ only, rounds, seconds, sizes = SIZES }: BenchOptions, print): Promise<readonly Bar[]> {
    const parts = oopPartsOf(only)
    const starts = new Map<number, Measurements<StartFigure>>()
    for (const children of parts.includes('start') ? sizes : []) {
      const measured = await startsOf(children, rounds)
      print(startReport(children, measured))
      starts.set(children, measured)
    }
    if (parts.includes('call')) print(callReport(await callRounds({ rounds, seconds })))
    return startBars(starts)
  },
}
