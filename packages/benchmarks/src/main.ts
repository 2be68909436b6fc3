import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { messageOf } from '@modkit/core/spi'
import { isCleared, UsageError, type Bar, type Bench, type BenchOptions } from './bench.js'
import { bootBench } from './boot/boot-bench.js'
import { clientsBench } from './clients/clients-bench.js'
import { dbBench } from './db/db-bench.js'
import { firstAnswerBench } from './first-answer/first-answer-bench.js'
import { grpcBench } from './grpc/grpc-bench.js'
import { times } from './measuring/table.js'
import { oopBench } from './oop/oop-bench.js'
import { restBench } from './rest/rest-bench.js'

const benches: readonly Bench[] = [bootBench, firstAnswerBench, clientsBench, restBench, dbBench, grpcBench, oopBench]

const usage = `npm run bench -- [NAME ...] [--rounds 5] [--sizes 10,1000] [--seconds 2.5] [--only modkit,fastify]

${benches.map(({ name, about }) => `  ${name.padEnd(14)}${about}`).join('\n')}

Without a name all of them run. Figures of one run can be compared with each other, and with nothing else.`

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

function verdict(bar: Bar): string {
  const { text, value, limit, bound = 'at most' } = bar
  const shown = limit >= 20 ? value.toFixed(1) : times(value)
  return `${isCleared(bar) ? 'clears' : 'MISSES'} its bar: ${text}: ${shown}, ${bound} ${String(limit)}`
}

/** The whole numbers above 0 in a list such as `10,1000`; `undefined` where there is anything else. */
function counts(list: string): number[] | undefined {
  const numbers = list.split(',').map(Number)
  return numbers.every((number) => Number.isSafeInteger(number) && number > 0) ? numbers : undefined
}

const flags = {
  rounds: { type: 'string', default: '5' },
  sizes: { type: 'string' },
  seconds: { type: 'string', default: '2.5' },
  only: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

function parsed(): ReturnType<typeof parseArgs<{ allowPositionals: true; options: typeof flags }>> {
  try {
    return parseArgs({ allowPositionals: true, options: flags })
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error })
  }
}

interface CommandLine {
  readonly names: readonly string[]
  readonly help: boolean
  readonly options: BenchOptions
}

/** @throws UsageError that says what is wrong with the command line */
function commandLine(): CommandLine {
  const { values, positionals } = parsed()
  const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name))
  if (unknown.length > 0) throw new UsageError(`There is no bench "${unknown.join('", "')}".`)
  const rounds = counts(values.rounds)
  const sizes = values.sizes === undefined ? undefined : counts(values.sizes)
  if (rounds?.length !== 1 || (values.sizes !== undefined && sizes === undefined))
    throw new UsageError('--rounds is a whole number above 0, --sizes a list of them.')
  const seconds = Number(values.seconds)
  if (!(seconds > 0)) throw new UsageError('--seconds is a number above 0.')
  const options = { rounds: rounds[0] ?? 1, sizes, seconds, only: values.only?.split(',') }
  return { names: positionals, help: values.help, options }
}

async function run({ names, options }: CommandLine): Promise<void> {
  const chosen = benches.filter(({ name }) => names.length === 0 || names.includes(name))
  print(`Node ${process.version}, ${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown processor'}`)
  for (const bench of chosen) {
    print(`\n== ${bench.name}: ${bench.about}`)
    for (const bar of await bench.run(options, print)) print(verdict(bar))
  }
}

async function main(): Promise<void> {
  try {
    const line = commandLine()
    if (line.help) print(usage)
    else await run(line)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    print(`${error.message}\n\n${usage}`)
    process.exitCode = 1
  }
}

void main()
