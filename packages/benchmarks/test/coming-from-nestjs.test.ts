import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from '@jest/globals'
import typescript from 'typescript'

const LIMIT_MS = 90_000
const nestSource = fileURLToPath(new URL('fixtures/legacy/nest-notes.ts', import.meta.url))
const modkitMain = fileURLToPath(new URL('fixtures/nestjs/modkit-main.ts', import.meta.url))
/** Below the root of the workspace, so that the libraries are found. */
const cache = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url))

const clean: (() => unknown)[] = []
afterEach(async () => {
  for (const step of clean.splice(0)) await step()
})

/** The application of the page, compiled as NestJS wants it: with legacy decorators and the types of parameters. */
async function compiledNest(): Promise<string> {
  const { ModuleKind, ScriptTarget, transpileModule } = typescript
  const compilerOptions = {
    target: ScriptTarget.ES2022,
    module: ModuleKind.ES2022,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
  }
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'nestjs-'))
  clean.push(() => rm(folder, { recursive: true }))
  const file = join(folder, 'nest-notes.mjs')
  await writeFile(file, transpileModule(await readFile(nestSource, 'utf8'), { compilerOptions }).outputText)
  return file
}

function run(args: readonly string[], variables: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '', ...variables } })
  clean.push(() => child.kill('SIGKILL'))
  return child
}

async function addressIn(output: Readable): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const address = /(http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1]
    if (address !== undefined) return address
  }
  throw new Error('It ended before it listened.')
}

/** What a client sees of the notes, and how the program ends. */
async function behaviour(program: ChildProcess, output: Readable | null): Promise<unknown> {
  const end = once(program, 'exit')
  if (!output) throw new Error('It has no output.')
  const address = await addressIn(output)
  for (const stream of [program.stdout, program.stderr]) stream?.resume()
  const asked = async (path: string, body?: object): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${address}${path}`, body && { method: 'POST', headers, body: JSON.stringify(body) })
    return response.ok ? [response.status, await response.json()] : response.status
  }
  const answers = {
    added: await asked('/notes', { text: 'buy milk' }),
    read: await asked('/notes/1'),
    lost: await asked('/notes/2'),
    empty: await asked('/notes', { text: '' }),
  }
  program.kill('SIGTERM')
  await end
  return answers
}

test(
  'both applications of the page do the same, but for the status of what is invalid',
  async () => {
    const nest = run([await compiledNest()], { PORT: '0' })
    const same = { added: [201, { id: 1 }], read: [200, { text: 'buy milk' }], lost: 404 }
    await expect(behaviour(nest, nest.stdout)).resolves.toEqual({ ...same, empty: 400 })
    const variables = { APP__MODULES__API_GATEWAY__CONFIG__BIND_ADDR: '127.0.0.1:0' }
    const modkit = run(['--conditions=modkit:source', '--import', 'tsx', modkitMain], variables)
    await expect(behaviour(modkit, modkit.stderr)).resolves.toEqual({ ...same, empty: 422 })
  },
  LIMIT_MS,
)
