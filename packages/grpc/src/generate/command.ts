import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { formatError } from '@modkit/core'
import { generateTypes } from './generate-types.js'

/** What a run of the command has to say, and how it ends. */
export interface CommandResult {
  readonly lines: readonly string[]
  readonly exitCode: number
}

const USAGE = `modkit-grpc gen [options] FILE.proto...

Writes FILE.grpc.ts: the TypeScript of the services of a proto file, as their clients and implementations have it.

  --int64 string|bigint   how 64-bit integers look; default string
  --out DIRECTORY         where to write; default beside the proto file
  --check                 write nothing; fail where a file is not what would be written`

/** Runs `modkit-grpc` with the words behind its name. */
export function runCommand(words: readonly string[]): CommandResult {
  let request: Request
  try {
    request = readWords(words)
  } catch (error) {
    return { lines: [error instanceof Error ? error.message : String(error), '', USAGE], exitCode: 2 }
  }
  if (request.help) return { lines: [USAGE], exitCode: 0 }
  const outcomes = request.files.map((file) => generate(file, request))
  return { lines: outcomes.map(({ line }) => line), exitCode: outcomes.every(({ isGood }) => isGood) ? 0 : 1 }
}

interface Request {
  readonly help: boolean
  readonly int64: 'string' | 'bigint'
  readonly out: string | undefined
  readonly check: boolean
  readonly files: readonly string[]
}

function readWords(words: readonly string[]): Request {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      int64: { type: 'string', default: 'string' },
      out: { type: 'string' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const [command, ...files] = positionals
  const { int64, out, check, help } = values
  if (int64 !== 'string' && int64 !== 'bigint') throw new Error(`--int64 must be "string" or "bigint", not "${int64}".`)
  if (!help && command !== 'gen') throw new Error(`There is no command "${command ?? ''}"; there is "gen".`)
  if (!help && files.length === 0) throw new Error('Name a proto file.')
  return { help, int64, out, check, files }
}

interface Outcome {
  readonly line: string
  readonly isGood: boolean
}

function generate(proto: string, { int64, out, check }: Request): Outcome {
  const output = join(out ?? dirname(proto), basename(proto).replace(/\.proto$/, '') + '.grpc.ts')
  try {
    const text = generateTypes({ proto, output, int64 })
    if (existsSync(output) && readFileSync(output, 'utf8') === text)
      return { line: `unchanged: ${output}`, isGood: true }
    if (check) return { line: `STALE: ${output}; run modkit-grpc gen ${proto}`, isGood: false }
    writeFileSync(output, text)
    return { line: `written: ${output}`, isGood: true }
  } catch (error) {
    return { line: `FAILED: ${proto}: ${formatError(error)}`, isGood: false }
  }
}
