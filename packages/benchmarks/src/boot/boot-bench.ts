import type { Bar, Bench, BenchOptions } from '../bench.js'
import { interleaved, type Measurements, type Subject } from '../measuring/rounds.js'
import { SubjectProcess } from '../measuring/subject-process.js'
import { mebibytes, milliseconds, table, times } from '../measuring/table.js'
import type { BootFigure, BootFigures } from './boot-figures.js'

const SIZES = [10, 100, 1_000, 3_000, 10_000]
/** Beyond this many modules the peers take minutes. */
const LARGEST_FOR_PEERS = 3_000

const MODKIT = 'modkit'
const PEERS = ['nest-express', 'nest-fastify']

type Results = ReadonlyMap<number, Measurements<BootFigure>>

/** Applications of N modules, started and stopped in fresh processes, beside NestJS with both of its adapters. */
export const bootBench: Bench = {
  name: 'boot',
  about: 'N modules, each with a provider and a route, started and stopped: ModKit beside NestJS 12',
  async run({ rounds, sizes = SIZES }: BenchOptions, print): Promise<readonly Bar[]> {
    const results = new Map<number, Measurements<BootFigure>>()
    for (const size of sizes) {
      const names = [MODKIT, ...(size <= LARGEST_FOR_PEERS ? PEERS : [])]
      const measured = await interleaved(
        names.map((name) => subject(name, size)),
        rounds,
      )
      print(report(size, measured))
      results.set(size, measured)
    }
    return bars(results)
  },
}

function subject(name: string, size: number): Subject<BootFigure> {
  return {
    name,
    async measure() {
      const child = new SubjectProcess(new URL(`./subjects/${name}.js`, import.meta.url), [size])
      try {
        return await child.says<BootFigures>()
      } finally {
        await child.end()
      }
    },
  }
}

function report(size: number, measured: Measurements<BootFigure>): string {
  const head = ['', 'start ms', 'stop ms', 'import ms', 'declare ms', 'peak MiB', 'heap KiB/module']
  const rows = measured.subjects.map((name) => {
    const middle = (figure: BootFigure): number => measured.median(name, figure)
    return [
      name,
      milliseconds(middle('startMs')),
      milliseconds(middle('stopMs')),
      milliseconds(middle('importMs')),
      milliseconds(middle('declareMs')),
      mebibytes(middle('peakBytes')),
      (middle('heapBytes') / size / 1_024).toFixed(1),
    ]
  })
  const raw = measured.subjects.map(
    (name) => `  ${name} start ms: ${measured.raw(name, 'startMs').map(milliseconds).join(' ')}`,
  )
  const ratios = measured.subjects
    .filter((name) => name !== MODKIT)
    .map((name) => `  ${MODKIT} / ${name}: start ${times(measured.ratio('startMs', MODKIT, name))}`)
  return [`\n${String(size)} modules, medians`, table(head, rows), ...raw, ...ratios].join('\n')
}

function bars(results: Results): readonly Bar[] {
  const thousand = results.get(1_000)
  const tenThousand = results.get(10_000)
  const ofPeers = thousand
    ? PEERS.flatMap((peer): Bar[] => [
        { text: `1,000 modules: start, of ${peer}`, value: thousand.ratio('startMs', MODKIT, peer), limit: 0.2 },
        { text: `1,000 modules: heap, of ${peer}`, value: thousand.ratio('heapBytes', MODKIT, peer), limit: 0.5 },
      ])
    : []
  if (!thousand || !tenThousand) return ofPeers
  const growth = tenThousand.median(MODKIT, 'startMs') / thousand.median(MODKIT, 'startMs')
  return [...ofPeers, { text: '10,000 modules: start, of 1,000', value: growth, limit: 12 }]
}
