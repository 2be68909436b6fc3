import type { Bar } from '../bench.js'
import type { Measurements } from '../measuring/rounds.js'
import { percentile } from '../measuring/percentile.js'
import { ratioInterval, type Interval } from '../measuring/ratio-interval.js'
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

/**
 * One stall of the machine is the whole tail of the window that it falls into, and a virtual machine's host takes each core away
 * for milliseconds, several times a second. Many short windows confine that. Each still has the hundreds of answers that make a
 * 99th percentile, and one or more of the server's own collections of garbage.
 */
const SHORTER = 10
const TURNS = 40

/** Of the windows' tails, the one that so many per cent do not exceed: what the server does in windows that had no stall. */
const QUIET_PERCENT = 25

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
      value: quietInterval(measurements, OURS).low,
      limit: 1,
    }
  })
}

/** The windows of both, and of the least that there can be, at half of the peaks. */
async function pacedRounds(
  peaks: ReadonlyMap<string, number>,
  options: RoundsOptions,
): Promise<ReadonlyMap<WorkloadName, Measurements<LatencyFigure>>> {
  const subjects = [OURS, PEER, FLOOR].map(subjectNamed)
  const durationMs = options.durationMs / SHORTER
  const windowOf = (workload: WorkloadName) => (subject: RunningSubject) =>
    options.load.paced({ port: subject.port, workload, durationMs }, (peaks.get(workload) ?? NaN) / 2)
  return restRounds({ subjects, workloads: WORKLOADS }, windowOf, { ...options, turns: TURNS })
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

const quietOf = (tails: readonly number[]): number => percentile(tails, QUIET_PERCENT)

/** How many times the peer's tail one is in quiet windows, as far as so many windows can tell. */
function quietInterval(measured: Measurements<LatencyFigure>, name: string): Interval {
  return ratioInterval({ of: measured.raw(name, 'p99'), to: measured.raw(PEER, 'p99') }, quietOf)
}

/** `1.01x (0.93x to 1.10x)`. */
function quietRatio(measured: Measurements<LatencyFigure>, name: string): string {
  const ratio = times(quietOf(measured.raw(name, 'p99')) / quietOf(measured.raw(PEER, 'p99')))
  if (name === PEER) return ratio
  const { low, high } = quietInterval(measured, name)
  return `${ratio} (${times(low)} to ${times(high)})`
}

function report(title: string, measured: Measurements<LatencyFigure>): string {
  const figures = ['p50', 'p99', 'p999'] as const
  const rows = measured.subjects.map((name) => [
    name,
    ...figures.map((figure) => measured.median(name, figure).toFixed(2)),
    times(measured.ratio('p99', name, PEER)),
    quietOf(measured.raw(name, 'p99')).toFixed(2),
    quietRatio(measured, name),
  ])
  const raw = measured.subjects.map((name) => {
    const tails = measured.raw(name, 'p99').map((tail) => tail.toFixed(2))
    return `  ${name} p99 ms: ${tails.join(' ')}`
  })
  return [title, table(['', 'p50', 'p99', 'p99.9', `of ${PEER}`, 'quiet p99', `of ${PEER}`], rows), ...raw].join('\n')
}
