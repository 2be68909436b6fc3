import type { Measurements } from '../measuring/rounds.js'
import { table, times } from '../measuring/table.js'
import type { Measure, RoundsOptions } from './rest-rounds.js'
import { workloads, type WorkloadName } from './workloads.js'

export type ThroughputFigure = 'perSecond' | 'cpuMicros' | 'clientBusy'

export type Throughputs = ReadonlyMap<WorkloadName, Measurements<ThroughputFigure>>

/** A window is so much shorter than what is asked for, and a round has so many more of them. */
const SHORTER = 5

/** As many requests as the subject answers, and what each costs it. */
export function throughputOf(workload: WorkloadName, options: RoundsOptions): Measure<ThroughputFigure> {
  const { load } = options
  const durationMs = options.durationMs / SHORTER
  return async (subject) => {
    const before = await subject.cpuMs()
    const { requests, ms, busyMs } = await load.full({ port: subject.port, workload, durationMs })
    const cpuMs = (await subject.cpuMs()) - before
    return { perSecond: (requests * 1_000) / ms, cpuMicros: (cpuMs * 1_000) / requests, clientBusy: busyMs / ms }
  }
}

export function throughputReport(
  workload: WorkloadName,
  measured: Measurements<ThroughputFigure>,
  base: string,
): string {
  const { subjects } = measured
  const toBase = (figure: 'perSecond' | 'cpuMicros', name: string): string =>
    subjects.includes(base) ? times(measured.pairedRatio(figure, name, base)) : ''
  const rows = subjects.map((name) => [
    name,
    measured.median(name, 'perSecond').toFixed(0),
    toBase('perSecond', name),
    measured.median(name, 'cpuMicros').toFixed(1),
    toBase('cpuMicros', name),
    `${(measured.median(name, 'clientBusy') * 100).toFixed(0)} %`,
  ])
  const raw = subjects.map((name) => {
    const figures = measured.raw(name, 'perSecond').map((figure) => figure.toFixed(0))
    return `  ${name} requests/s: ${figures.join(' ')}`
  })
  const head = ['', 'requests/s', `of ${base}`, 'CPU µs each', `of ${base}`, 'client busy']
  return [`\n${workloads[workload].title}, medians`, table(head, rows), ...raw].join('\n')
}
