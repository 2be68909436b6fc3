import type { Bar } from '../bench.js'
import type { Measurements } from '../measuring/rounds.js'
import { table, times } from '../measuring/table.js'
import type { WayName } from './choice.js'
import type { GrpcFigure, GrpcMeasurements } from './grpc-rounds.js'
import type { SubjectName } from './running-subject.js'
import { workloadOf } from './workloads.js'

const OURS: SubjectName = 'modkit'
const BASE: SubjectName = 'grpc-js'

export function grpcReport(way: WayName, results: GrpcMeasurements): string {
  return [...results]
    .map(([name, measured]) => workloadReport(`${way}, ${workloadOf(name).title}`, measured))
    .join('\n')
}

/** What is printed of every turn. CPU time moves less than the others on a machine that has other work. */
const figures = [
  { figure: 'callsPerSecond', label: 'calls/s' },
  { figure: 'p50Micros', label: 'p50 µs' },
  { figure: 'cpuMicrosEach', label: 'caller’s CPU µs' },
  { figure: 'serverCpuMicrosEach', label: 'server’s CPU µs' },
] as const satisfies readonly { readonly figure: GrpcFigure; readonly label: string }[]

function workloadReport(title: string, measured: Measurements<GrpcFigure>): string {
  const whole = (value: number): string => value.toFixed(0)
  const rows = measured.subjects.map((name) => [
    name,
    whole(measured.median(name, 'callsPerSecond')),
    times(measured.ratio('callsPerSecond', name, BASE)),
    whole(measured.median(name, 'p50Micros')),
    times(measured.ratio('p50Micros', name, BASE)),
    whole(measured.median(name, 'p99Micros')),
    whole(measured.median(name, 'cpuMicrosEach')),
    times(measured.ratio('cpuMicrosEach', name, BASE)),
    whole(measured.median(name, 'serverCpuMicrosEach')),
    times(measured.ratio('serverCpuMicrosEach', name, BASE)),
  ])
  const raw = measured.subjects.flatMap((name) =>
    figures.map(({ figure, label }) => `  ${name} ${label}: ${measured.raw(name, figure).map(whole).join(' ')}`),
  )
  const ofBase = `of ${BASE}`
  const latency = ['p50 µs', ofBase, 'p99 µs']
  const head = ['', 'calls/s', ofBase, ...latency, 'caller’s CPU µs', ofBase, 'server’s', ofBase]
  return [`\n${title}, medians`, table(head, rows), ...raw].join('\n')
}

/** What the calls of ours may be, of the calls of others. */
const limits = [
  { to: BASE, leastThroughput: 0.9, mostLatency: 1.1 },
  { to: 'nest', leastThroughput: 1, mostLatency: 1 },
] as const

export function grpcBars(way: WayName, results: GrpcMeasurements): readonly Bar[] {
  return [...results].flatMap(([name, measured]) => {
    const of = `${way}, ${workloadOf(name).title}`
    return limits.flatMap(({ to, leastThroughput, mostLatency }): Bar[] => [
      {
        text: `${of}: calls a second of ${OURS}, of ${to}`,
        value: measured.ratio('callsPerSecond', OURS, to),
        limit: leastThroughput,
        bound: 'at least',
      },
      {
        text: `${of}: median latency of ${OURS}, of ${to}`,
        value: measured.ratio('p50Micros', OURS, to),
        limit: mostLatency,
      },
    ])
  })
}
