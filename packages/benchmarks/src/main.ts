import { cpus } from 'node:os'
import { isCleared, UsageError, type Bar } from './bench.js'
import { benches } from './benches.js'
import { parseCommandLine, type CommandLine } from './command-line.js'
import { times } from './measuring/table.js'

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
    const line = parseCommandLine(process.argv.slice(2))
    if (line.help) print(usage)
    else await run(line)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    print(`${error.message}\n\n${usage}`)
    process.exitCode = 1
  }
}

void main()
