import type { Bar } from '../bench.js'
import type { Measurements } from '../measuring/rounds.js'
import { table, times } from '../measuring/table.js'
import type { WayName } from './choice.js'
import type { GrpcFigure, GrpcMeasurements } from './grpc-rounds.js'
import type { SubjectName } from './running-subject.js'
import { workloadOf, type WorkloadName } from './workloads.js'

const OURS: SubjectName = 'modkit'
const BASE: SubjectName = 'grpc-js'

export function grpcReport(way: WayName, results: GrpcMeasurements): string {
  return [...results]
    .map(([name, measured]) => workloadReport(`${way}, ${workloadOf(name).title}`, measured))
    .join('\n')
}

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
    whole(measured.median(name, 'serverCpuMicrosEach')),
  ])
  const raw = measured.subjects.map(
    (name) => `  ${name} calls/s: ${measured.raw(name, 'callsPerSecond').map(whole).join(' ')}`,
  )
  const head = ['', 'calls/s', `of ${BASE}`, 'p50 µs', `of ${BASE}`, 'p99 µs', 'caller’s CPU µs', 'server’s']
  return [`\n${title}, medians`, table(head, rows), ...raw].join('\n')
}

/** Throughput counts where many calls are in flight, latency where one waits for the other. */
export function grpcBars(way: WayName, results: GrpcMeasurements): readonly Bar[] {
  return [...results].flatMap(([name, measured]) =>
    workloadOf(name).inFlight === 1 ? latencyBars(way, name, measured) : throughputBars(way, name, measured),
  )
}

function throughputBars(way: WayName, name: WorkloadName, measured: Measurements<GrpcFigure>): readonly Bar[] {
  return [
    [BASE, 0.9],
    ['nest', 1],
  ].map(([to, limit]) => ({
    text: `${way}, ${workloadOf(name).title}: calls a second of ${OURS}, of ${String(to)}`,
    value: measured.ratio('callsPerSecond', OURS, String(to)),
    limit: Number(limit),
    bound: 'at least',
  }))
}

function latencyBars(way: WayName, name: WorkloadName, measured: Measurements<GrpcFigure>): readonly Bar[] {
  return [
    [BASE, 1.1],
    ['nest', 1],
  ].map(([to, limit]) => ({
    text: `${way}, ${workloadOf(name).title}: median latency of ${OURS}, of ${String(to)}`,
    value: measured.ratio('p50Micros', OURS, String(to)),
    limit: Number(limit),
  }))
}
