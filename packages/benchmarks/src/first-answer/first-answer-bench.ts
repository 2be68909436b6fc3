import type { Bar, Bench, BenchOptions } from '../bench.js'
import { interleaved, type Measurements, type Subject } from '../measuring/rounds.js'
import { SubjectProcess } from '../measuring/subject-process.js'
import { mebibytes, milliseconds, table, times } from '../measuring/table.js'

const MODKIT = 'modkit'
const PEERS = ['nest-express', 'nest-fastify']
const SUBJECTS = ['bare-http', 'fastify', MODKIT, ...PEERS]

type FirstAnswerFigure = 'answerMs' | 'peakBytes'

/** What a subject says: where it listens, and, once it has been asked, how much memory it took. */
export interface Listening {
  readonly port: number
}

/** From the start of a process to its first answer, everything as each framework has it by default. */
export const firstAnswerBench: Bench = {
  name: 'first-answer',
  about: 'process start to first answered request, one module: bare node:http, Fastify, ModKit, NestJS 12',
  async run({ rounds }: BenchOptions, print): Promise<readonly Bar[]> {
    const measured = await interleaved(SUBJECTS.map(subject), rounds)
    print(report(measured))
    return PEERS.map((peer) => ({
      text: `first answer, of ${peer}`,
      value: measured.ratio('answerMs', MODKIT, peer),
      limit: 0.5,
    }))
  },
}

function subject(name: string): Subject<FirstAnswerFigure> {
  return {
    name,
    async measure() {
      const begun = performance.now()
      const child = new SubjectProcess(new URL(`./subjects/${name}.js`, import.meta.url))
      try {
        const { port } = await child.says<Listening>()
        await ask(port)
        const answerMs = performance.now() - begun
        const { peakBytes } = await child.says<{ peakBytes: number }>()
        return { answerMs, peakBytes }
      } finally {
        await child.end()
      }
    },
  }
}

async function ask(port: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${String(port)}/items/v1/items`)
  const body = (await response.json()) as { id?: unknown }
  if (body.id !== 1) throw new Error(`Not the answer: ${JSON.stringify(body)}`)
}

function report(measured: Measurements<FirstAnswerFigure>): string {
  const rows = measured.subjects.map((name) => [
    name,
    milliseconds(measured.median(name, 'answerMs')),
    times(measured.ratio('answerMs', name, MODKIT)),
    mebibytes(measured.median(name, 'peakBytes')),
  ])
  const raw = measured.subjects.map(
    (name) => `  ${name} ms: ${measured.raw(name, 'answerMs').map(milliseconds).join(' ')}`,
  )
  return [table(['first answer, medians', 'ms', 'of modkit', 'peak MiB'], rows), ...raw].join('\n')
}
