import type { Bar } from '../bench.js'
import type { Measurements } from '../measuring/rounds.js'
import { medianInterval } from '../measuring/median-interval.js'
import { table, times } from '../measuring/table.js'
import type { Latencies } from './load/load.js'
import { restRounds, type RoundsOptions } from './rest-rounds.js'
import { subjectNamed, type SubjectName } from './rest-subjects.js'
import { throughputOf, type Throughputs } from './throughput.js'
import type { RunningSubject } from './running-subject.js'
import { workloads, type WorkloadName } from './workloads.js'

type LatencyFigure = keyof Latencies

const OURS: SubjectName = 'modkit'
const PEER: SubjectName = 'fastify'
/** What the machine itself adds: nothing that answers over HTTP takes less. */
const FLOOR: SubjectName = 'node-http'
const WORKLOADS = ['get', 'post'] as const

/** A turn is so much shorter than what is asked for, and a round has so many of them. */
const SHORTER = 2
const TURNS = 16

/** How long answers take where both servers have half of the slower one's peak to do. */
export async function latencyBars(
  measured: Throughputs,
  options: RoundsOptions,
  print: (text: string) => void,
): Promise<readonly Bar[]> {
  const peaks = await peaksOf(measured, options)
  const results = await pacedRounds(peaks, options)
  return [...results].map(([workload, measurements]): Bar => {
    const { title } = workloads[workload]
    const rate = ((peaks.get(workload) ?? NaN) / 2).toFixed(0)
    print(report(`\n${title} at ${rate} requests/s, in ms, medians`, measurements))
    return {
      text: `${title}: p99 at half of the peak in quiet windows, of ${PEER}: the least that 95 % certainty allows`,
      value: medianInterval(measurements.pairedRatios('quietP99', OURS, PEER)).low,
      limit: 1,
    }
  })
}

/** The turns of both, and of the least that there can be, at half of the peaks. */
async function pacedRounds(
  peaks: ReadonlyMap<string, number>,
  options: RoundsOptions,
): Promise<ReadonlyMap<WorkloadName, Measurements<LatencyFigure>>> {
  const subjects = [OURS, PEER, FLOOR].map(subjectNamed)
  const durationMs = options.durationMs / SHORTER
  const turnOf = (workload: WorkloadName) => (subject: RunningSubject) =>
    options.load.paced({ port: subject.port, workload, durationMs }, (peaks.get(workload) ?? NaN) / 2)
  return restRounds({ subjects, workloads: WORKLOADS }, turnOf, { ...options, turns: TURNS })
}

/** The lower one of the two peaks, of what was measured or of what is measured now. */
async function peaksOf(measured: Throughputs, options: RoundsOptions): Promise<ReadonlyMap<string, number>> {
  const isKnown = WORKLOADS.every((workload) =>
    [OURS, PEER].every((name) => measured.get(workload)?.subjects.includes(name)),
  )
  const subjects = [OURS, PEER].map(subjectNamed)
  const throughputs: Throughputs = isKnown
    ? measured
    : await restRounds({ subjects, workloads: WORKLOADS }, (workload) => throughputOf(workload, options), options)
  return new Map(
    WORKLOADS.map((workload) => {
      const peaks = [OURS, PEER].map((name) => throughputs.get(workload)?.median(name, 'perSecond') ?? NaN)
      return [workload, Math.min(...peaks)]
    }),
  )
}

/** `1.01x (0.93x to 1.10x)`. */
function quietRatio(measured: Measurements<LatencyFigure>, name: string): string {
  const ratio = times(measured.pairedRatio('quietP99', name, PEER))
  if (name === PEER) return ratio
  const { low, high } = medianInterval(measured.pairedRatios('quietP99', name, PEER))
  return `${ratio} (${times(low)} to ${times(high)})`
}

function report(title: string, measured: Measurements<LatencyFigure>): string {
  const figures = ['p50', 'p99', 'p999', 'quietP99'] as const
  const rows = measured.subjects.map((name) => [
    name,
    ...figures.map((figure) => measured.median(name, figure).toFixed(2)),
    quietRatio(measured, name),
  ])
  const raw = measured.subjects.map((name) => {
    const tails = measured.raw(name, 'quietP99').map((tail) => tail.toFixed(2))
    return `  ${name} quiet p99 ms: ${tails.join(' ')}`
  })
  const head = ['', 'p50', 'p99', 'p99.9', 'quiet p99', `of ${PEER}`]
  return [title, table(head, rows), ...raw].join('\n')
}
