import { parseArgs } from 'node:util'
import { messageOf } from '@modkit/core/spi'
import { UsageError, type BenchOptions } from './bench.js'
import { benches } from './benches.js'

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

function parsed(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ allowPositionals: true; options: typeof flags }>> {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: flags })
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error })
  }
}

export interface CommandLine {
  readonly names: readonly string[]
  readonly help: boolean
  readonly options: BenchOptions
}

/** @throws UsageError that says what is wrong with the command line */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parsed(args)
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
