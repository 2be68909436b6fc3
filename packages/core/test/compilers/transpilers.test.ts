import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { expectedOutcome, expectedParameters } from './expected-outcome.js'
import { Installation } from './installation.js'
import { Lanes } from './lanes.js'
import { transpilers, type Transpiler } from './transpilers.js'

const LIMIT_MS = 90_000
const oneAfterAnother = fileURLToPath(new URL('../fixtures/compilers/runners/one-after-another.js', import.meta.url))

/** What one program left behind. */
interface Result {
  readonly outcome: unknown
  /** What became of parameters that `@Inject` decorates; legacy decorators only. */
  readonly parameters: unknown
  /** What the process wrote about errors and warnings. */
  readonly stderr: string
}

let installation: Installation
const results = new Map<Transpiler, Promise<Result>>()

beforeAll(async () => {
  installation = await Installation.of('core')
  for (const tool of ['esbuild', 'tsx', 'vitest', 'zod']) await installation.link(tool)
  startAll()
}, LIMIT_MS)

afterAll(async () => {
  await Promise.allSettled(results.values())
  await installation.remove()
})

test.each(transpilers.map((transpiler) => [transpiler.name, transpiler] as const))(
  'the application does the same under %s',
  async (_, transpiler) => {
    const isLegacy = transpiler.program.decorators === 'legacy'
    await expect(results.get(transpiler)).resolves.toEqual({
      outcome: expectedOutcome,
      parameters: isLegacy ? expectedParameters : undefined,
      stderr: '',
    })
  },
  LIMIT_MS,
)

/** Two processes at a time, the long one first. */
function startAll(): void {
  const lanes = new Lanes(2)
  const group = transpilers.filter(({ alone }) => !alone)
  const stderr = lanes.run(() => runTogether(group))
  for (const transpiler of group)
    results.set(
      transpiler,
      stderr.then((text) => resultOf(transpiler, text)),
    )
  for (const transpiler of transpilers.filter(({ alone }) => alone)) {
    results.set(
      transpiler,
      lanes.run(() => runAlone(transpiler)),
    )
  }
  // Each is awaited by its own test, perhaps after it has failed.
  for (const result of results.values()) result.catch(() => undefined)
}

async function runTogether(group: readonly Transpiler[]): Promise<string> {
  const args: string[] = []
  for (const transpiler of group) args.push(folderOf(transpiler), ...(await prepare(transpiler)))
  return await runNode(installation.folder, [oneAfterAnother, ...args], {})
}

async function runAlone(transpiler: Transpiler): Promise<Result> {
  const folder = folderOf(transpiler)
  const args = await prepare(transpiler)
  return resultOf(
    transpiler,
    await runNode(folder, args, {
      ENTRY: join(folder, transpiler.program.entry),
      OUTCOME_FILE: join(folder, 'outcome.json'),
      PARAMETERS_FILE: join(folder, 'parameters.json'),
    }),
  )
}

async function prepare(transpiler: Transpiler): Promise<readonly string[]> {
  const folder = folderOf(transpiler)
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: transpiler.type ?? 'module' }))
  return transpiler.prepare(folder, transpiler.program)
}

async function runNode(cwd: string, args: readonly string[], variables: NodeJS.ProcessEnv): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: '', ...variables }
  return (await promisify(execFile)(process.execPath, args, { cwd, env })).stderr
}

async function resultOf(transpiler: Transpiler, stderr: string): Promise<Result> {
  const folder = folderOf(transpiler)
  const isLegacy = transpiler.program.decorators === 'legacy'
  return {
    outcome: await readJson(join(folder, 'outcome.json')),
    parameters: isLegacy ? await readJson(join(folder, 'parameters.json')) : undefined,
    stderr,
  }
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8')) as unknown
}

function folderOf(transpiler: Transpiler): string {
  return join(installation.folder, `program-${String(transpilers.indexOf(transpiler))}`)
}
