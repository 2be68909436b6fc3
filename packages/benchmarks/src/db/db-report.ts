import type { Bar } from '../bench.js'
import type { Measurements } from '../measuring/rounds.js'
import { table } from '../measuring/table.js'
import type { DbFigure, DbMeasurements } from './db-rounds.js'
import { operations, type OperationName } from './operations.js'
import type { EngineName } from './places/engine-names.js'
import type { SubjectName } from './running-subject.js'

const OURS: SubjectName = 'modkit'
const BASE: SubjectName = 'knex'

/** What ModKit may take of Knex's time. */
const LIMIT = 1.05

export function dbReport(engine: EngineName, results: DbMeasurements): string {
  return [...results]
    .map(([name, measured]) => operationReport(`${engine}, ${operations[name].title}`, measured))
    .join('\n')
}

function operationReport(title: string, measured: Measurements<DbFigure>): string {
  const toBase = (figure: DbFigure, name: string): string => hundredths(measured.ratio(figure, name, BASE))
  const rows = measured.subjects.map((name) => [
    name,
    micros(measured.median(name, 'microsEach')),
    toBase('microsEach', name),
    micros(measured.median(name, 'cpuMicrosEach')),
    toBase('cpuMicrosEach', name),
  ])
  const raw = measured.subjects.map((name) => `  ${name} µs: ${measured.raw(name, 'microsEach').map(micros).join(' ')}`)
  const head = ['', 'µs each', `of ${BASE}`, 'CPU µs each', `of ${BASE}`]
  return [`\n${title}, medians`, table(head, rows), ...raw].join('\n')
}

export function dbBars(engine: EngineName, results: DbMeasurements): readonly Bar[] {
  return [...results].map(([name, measured]) => barOf(engine, name, measured))
}

function barOf(engine: EngineName, name: OperationName, measured: Measurements<DbFigure>): Bar {
  const text = `${engine}, ${operations[name].title}: time of ${OURS}, of ${BASE}`
  return { text, value: measured.ratio('microsEach', OURS, BASE), limit: LIMIT }
}

function micros(value: number): string {
  return value < 100 ? value.toFixed(1) : value.toFixed(0)
}

function hundredths(ratio: number): string {
  return `${ratio.toFixed(3)}x`
}
