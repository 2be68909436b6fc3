import type { Bar } from '../bench.js'
import { interleaved, type Measurements, type Subject } from '../measuring/rounds.js'
import { SubjectProcess } from '../measuring/subject-process.js'
import { milliseconds, table, times } from '../measuring/table.js'
import type { StartFigures } from './start-figures.js'

export type StartFigure = keyof StartFigures

const MODKIT = 'modkit'
const BARE = 'bare'

/** The size that has a bar. */
const BAR_SIZE = 10

/** So many children at once, of a host and of a program that only spawns. */
export function startsOf(children: number, rounds: number): Promise<Measurements<StartFigure>> {
  return interleaved(
    [MODKIT, BARE].map((name) => subject(name, children)),
    rounds,
  )
}

function subject(name: string, children: number): Subject<StartFigure> {
  return {
    name,
    async measure() {
      const parent = new SubjectProcess(new URL(`./subjects/${name}-parent.js`, import.meta.url), [children])
      try {
        return await parent.says<StartFigures>()
      } finally {
        // Its children end with it.
        await parent.end()
      }
    },
  }
}

export function startReport(children: number, measured: Measurements<StartFigure>): string {
  const rows = measured.subjects.map((name) => [
    name,
    milliseconds(measured.median(name, 'readyMs')),
    times(measured.ratio('readyMs', name, BARE)),
    milliseconds(measured.median(name, 'cpuMsEach')),
    times(measured.ratio('cpuMsEach', name, BARE)),
  ])
  const raw = measured.subjects.map(
    (name) => `  ${name} ms: ${measured.raw(name, 'readyMs').map(milliseconds).join(' ')}`,
  )
  const head = ['', 'spawn to ready ms', `of ${BARE}`, 'CPU ms each', `of ${BARE}`]
  const title = `${String(children)} ${children === 1 ? 'child' : 'children'}, medians`
  return [`\n${title}`, table(head, rows), ...raw].join('\n')
}

export function startBars(starts: ReadonlyMap<number, Measurements<StartFigure>>): readonly Bar[] {
  const measured = starts.get(BAR_SIZE)
  if (!measured) return []
  const text = `${String(BAR_SIZE)} children: spawn to ready, of node processes that import the same`
  return [{ text, value: measured.ratio('readyMs', MODKIT, BARE), limit: 1.5 }]
}
