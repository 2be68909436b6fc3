import type { Bar } from '../bench.js'
import type { Measurements } from '../measuring/rounds.js'
import { milliseconds, table, times } from '../measuring/table.js'
import { restRounds, type RoundsOptions } from './rest-rounds.js'
import { modkitWith } from './rest-subjects.js'
import { throughputOf, type ThroughputFigure } from './throughput.js'
import { workloads } from './workloads.js'

type CountFigure = ThroughputFigure | 'startMs' | 'startCpuMs'

const FEW = modkitWith(0)
const WORKLOAD = 'get'

/** What operations cost that nobody asks for: at the start, and each request that is for another one. */
export async function operationCountBars(
  counts: readonly number[],
  options: RoundsOptions,
  print: (text: string) => void,
): Promise<readonly Bar[]> {
  const many = counts.map(modkitWith)
  const results = await restRounds(
    { subjects: [FEW, ...many], workloads: [WORKLOAD] },
    (workload) => async (subject) => {
      const { startMs, startCpuMs } = subject.listening
      return { startMs, startCpuMs, ...(await throughputOf(workload, options)(subject)) }
    },
    options,
  )
  const measured = results.get(WORKLOAD)
  if (measured === undefined) return []
  print(report(measured))
  return many.flatMap(({ name }): Bar[] => [
    {
      text: `${workloads[WORKLOAD].title}: requests/s of ${name}, of none more`,
      value: measured.pairedRatio('perSecond', name, FEW.name),
      limit: 0.95,
      bound: 'at least',
    },
    {
      text: `${name}: start, ms longer than with none more`,
      value: measured.median(name, 'startMs') - measured.median(FEW.name, 'startMs'),
      limit: 1_000,
    },
  ])
}

function report(measured: Measurements<CountFigure>): string {
  const rows = measured.subjects.map((name) => [
    name,
    milliseconds(measured.median(name, 'startMs')),
    milliseconds(measured.median(name, 'startCpuMs')),
    measured.median(name, 'perSecond').toFixed(0),
    times(measured.pairedRatio('perSecond', name, FEW.name)),
    measured.median(name, 'cpuMicros').toFixed(1),
  ])
  const raw = measured.subjects.map((name) => {
    const starts = measured.raw(name, 'startMs').map(milliseconds)
    const rates = measured.raw(name, 'perSecond').map((figure) => figure.toFixed(0))
    return `  ${name}: start ms ${starts.join(' ')}; requests/s ${rates.join(' ')}`
  })
  const head = ['operations that nobody asks for', 'start ms', 'start CPU ms', 'requests/s', 'of none', 'CPU µs each']
  return [`\n${workloads[WORKLOAD].title}, medians`, table(head, rows), ...raw].join('\n')
}
