import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { runCommand } from './command.js'

const directory = mkdtempSync(join(tmpdir(), 'modkit-grpc-gen-'))

afterAll(() => rmSync(directory, { recursive: true }))

function protoFile(name: string, text: string): string {
  const file = join(directory, name)
  writeFileSync(file, `syntax = "proto3";\n${text}`)
  return file
}

const generated = (name: string): string => readFileSync(join(directory, `${name}.grpc.ts`), 'utf8')

const ledger =
  'package ledger.v1; service Ledger { rpc Post(Entry) returns (Entry); } message Entry { int64 cents = 1; }'

describe('modkit-grpc gen', () => {
  test('writes once, and says when nothing has changed', () => {
    const file = protoFile('ledger.proto', ledger)
    const output = join(directory, 'ledger.grpc.ts')
    expect(runCommand(['gen', file])).toEqual({ lines: [`written: ${output}`], exitCode: 0 })
    expect(runCommand(['gen', file])).toEqual({ lines: [`unchanged: ${output}`], exitCode: 0 })
    expect(runCommand(['gen', '--check', file]).exitCode).toBe(0)
    expect(generated('ledger')).toContain('post(request: Entry, options?: CallOptions): Promise<Entry>')
    expect(generated('ledger')).toContain('readonly cents: string')
  })

  test('tells with --check that a file is stale, and leaves it', () => {
    const file = protoFile('stale.proto', ledger)
    runCommand(['gen', file])
    const before = generated('stale')
    protoFile('stale.proto', ledger.replace('cents', 'pence'))
    const { lines, exitCode } = runCommand(['gen', '--check', file])
    expect([exitCode, lines[0]]).toEqual([1, expect.stringMatching(/^STALE: .*stale\.grpc\.ts; run modkit-grpc gen/)])
    expect(generated('stale')).toBe(before)
  })

  test('writes 64-bit integers as they are asked for, and says so in the binding', () => {
    const file = protoFile('big.proto', ledger)
    runCommand(['gen', '--int64', 'bigint', file])
    expect(generated('big')).toContain('readonly cents: bigint')
    expect(generated('big')).toContain("int64: 'bigint'")
    expect(generated('big')).toContain('({ cents: 0n, ...fields })')
  })

  test('names the proto file from where it writes', () => {
    const file = protoFile('elsewhere.proto', ledger)
    mkdirSync(join(directory, 'src'))
    expect(runCommand(['gen', '--out', join(directory, 'src'), file]).exitCode).toBe(0)
    const text = readFileSync(join(directory, 'src/elsewhere.grpc.ts'), 'utf8')
    expect(text).toContain("new URL('../elsewhere.proto', import.meta.url)")
  })

  test('takes in what is imported, under names that do not collide', () => {
    protoFile(
      'money.proto',
      'package shared.money; message Entry { string currency = 1; Kind kind = 2; } enum Kind { CASH = 0; }',
    )
    const file = protoFile(
      'shop.proto',
      `package shop; import "money.proto"; import "google/protobuf/duration.proto";
       service Shop { rpc Pay(Entry) returns (Entry); }
       message Entry { shared.money.Entry price = 1; google.protobuf.Duration within = 2; map<int32, Line> lines = 3; message Line { bytes a = 1; } }`,
    )
    expect(runCommand(['gen', file])).toMatchObject({ exitCode: 0 })
    const text = generated('shop')
    expect(text).toContain('readonly price: SharedMoneyEntry | null')
    expect(text).toContain('export interface SharedMoneyEntry {')
    expect(text).toContain("export type SharedMoneyKind =\n  | 'CASH'")
    expect(text).toContain('readonly within: GoogleProtobufDuration | null')
    expect(text).toContain('readonly lines: Readonly<Record<string, Entry_Line>>')
  })

  test.each([
    ['no command', [], 'There is no command ""'],
    ['another command', ['generate'], 'There is no command "generate"'],
    ['no file', ['gen'], 'Name a proto file.'],
    ['an int64 that is none', ['gen', '--int64', 'number', 'x.proto'], '--int64 must be "string" or "bigint"'],
    ['an option that is none', ['gen', '--fast', 'x.proto'], "Unknown option '--fast'"],
  ])('is helpful when it is given %s', (_, words, said) => {
    const { lines, exitCode } = runCommand(words)
    expect([exitCode, lines[0]]).toEqual([2, expect.stringContaining(said)])
    expect(lines.at(-1)).toContain('modkit-grpc gen [options] FILE.proto...')
  })

  test('goes on after a file that it cannot read, and fails', () => {
    const broken = protoFile('broken.proto', 'service {')
    const empty = protoFile('empty.proto', 'message M {}')
    const { lines, exitCode } = runCommand(['gen', broken, empty, protoFile('good.proto', ledger)])
    expect(exitCode).toBe(1)
    expect(lines).toEqual([
      expect.stringMatching(/^FAILED: .*broken\.proto: .*could not be loaded/),
      expect.stringMatching(/^FAILED: .*empty\.proto: .*it has no services/),
      expect.stringMatching(/^written: /),
    ])
  })

  test('explains itself', () => {
    expect(runCommand(['--help'])).toMatchObject({ exitCode: 0, lines: [expect.stringContaining('--check')] })
  })
})
