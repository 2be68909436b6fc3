import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import type { Bar, Bench } from './bench.js'
import { bootBench } from './boot/boot-bench.js'
import { clientsBench } from './clients/clients-bench.js'
import { firstAnswerBench } from './first-answer/first-answer-bench.js'
import { times } from './measuring/table.js'

const benches: readonly Bench[] = [bootBench, firstAnswerBench, clientsBench]

const usage = `npm run bench -- [NAME ...] [--rounds 5] [--sizes 10,1000]

${benches.map(({ name, about }) => `  ${name.padEnd(14)}${about}`).join('\n')}

Without a name all of them run. Figures of one run can be compared with each other, and with nothing else.`

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

function verdict({ text, value, limit }: Bar): string {
  const shown = limit >= 20 ? value.toFixed(1) : times(value)
  return `${value <= limit ? 'clears' : 'MISSES'} its bar: ${text}: ${shown}, at most ${String(limit)}`
}

/** The whole numbers above 0 in a list such as `10,1000`; `undefined` where there is anything else. */
function counts(list: string): number[] | undefined {
  const numbers = list.split(',').map(Number)
  return numbers.every((number) => Number.isSafeInteger(number) && number > 0) ? numbers : undefined
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      sizes: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name))
  if (values.help || unknown.length > 0) {
    print(unknown.length > 0 ? `There is no bench "${unknown.join('", "')}".\n\n${usage}` : usage)
    process.exitCode = values.help ? 0 : 1
    return
  }
  const rounds = counts(values.rounds)
  const sizes = values.sizes === undefined ? undefined : counts(values.sizes)
  if (rounds?.length !== 1 || (values.sizes !== undefined && sizes === undefined)) {
    print(`--rounds is a whole number above 0, --sizes a list of them.\n\n${usage}`)
    process.exitCode = 1
    return
  }
  const chosen = benches.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  print(`Node ${process.version}, ${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown processor'}`)
  for (const bench of chosen) {
    print(`\n== ${bench.name}: ${bench.about}`)
    for (const bar of await bench.run({ rounds: rounds[0] ?? 1, sizes }, print)) print(verdict(bar))
  }
}

void main()
