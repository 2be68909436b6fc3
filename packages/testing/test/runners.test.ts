import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const LIMIT_MS = 120_000
const folder = fileURLToPath(new URL('fixtures/runners/', import.meta.url))
const fileOf = (name: string, path: string): string =>
  fileURLToPath(new URL(path, import.meta.resolve(`${name}/package.json`)))

/** A test runner: how Node starts it in the folder of its tests, and how it says how many passed and failed. */
interface Runner {
  readonly name: string
  readonly args: readonly string[]
  readonly counts: RegExp
  readonly failures: RegExp
}

const runners: readonly Runner[] = [
  {
    name: 'jest',
    args: ['--experimental-vm-modules', fileOf('jest', 'bin/jest.js'), '--config', 'jest.config.json', '--runInBand'],
    counts: /Tests: +1 failed, 16 passed, 17 total/,
    failures: /● this test fails, because a timer outlives its host/,
  },
  {
    name: 'vitest',
    args: [fileOf('vitest', 'vitest.mjs'), 'run', '--no-file-parallelism'],
    counts: /Tests +1 failed \| 12 passed \(13\)/,
    failures: /FAIL +leak\.test\.ts > this test fails, because a timer outlives its host/,
  },
  {
    name: 'node',
    args: [
      '--import',
      'tsx',
      '--test',
      '--test-reporter',
      'tap',
      'notes.test.ts',
      'leak.test.ts',
      'placements.test.ts',
    ],
    counts: /# pass 13\n# fail 1\n/,
    failures: /not ok \d+ - this test fails, because a timer outlives its host/,
  },
]

interface Ended {
  readonly code: number | string | null | undefined
  readonly output: string
}

function run({ name, args }: Runner): Promise<Ended> {
  // From the sources, in the processes that a test starts, too.
  const env = {
    ...process.env,
    NODE_OPTIONS: '--conditions=modkit:source',
    NO_COLOR: '1',
    FORCE_COLOR: '0',
    CI: 'true',
  }
  const options = { cwd: `${folder}${name}`, env }
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, output: stdout + stderr })
    })
  })
}

test.each(runners.map((runner) => [runner.name, runner] as const))(
  'the tools work under %s, and a timer that outlives its host fails its test there',
  async (_, runner) => {
    const { code, output } = await run(runner)
    expect(output).toMatch(runner.counts)
    expect(output).toMatch(runner.failures)
    expect(output).toMatch(/The test host left open: a timer \(every 60000 ms\), made at .*notes\.ts:\d+/)
    expect(code).toBe(1)
  },
  LIMIT_MS,
)
