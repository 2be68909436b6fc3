import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Child } from './support/child.js'

let directory = ''

/** A second copy of the package, as an installation in a monorepo may bring it. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'modkit-copy-'))
  await symlink(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(directory, 'node_modules'))
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }')
  await cp(fileURLToPath(new URL('../src', import.meta.url)), join(directory, 'src'), { recursive: true })
})

afterAll(() => rm(directory, { recursive: true, force: true }))

async function hostWithCopy(): Promise<unknown> {
  const copy = pathToFileURL(join(directory, 'src/index.ts')).href
  const child = new Child(new URL('./fixtures/run/two-copies.ts', import.meta.url), [copy])
  const { stdout, stderr } = await child.end
  return JSON.parse(stdout || JSON.stringify({ stderr })) as unknown
}

test('modules declared by another copy of the package run, inject and fail like our own', async () => {
  await expect(hostWithCopy()).resolves.toEqual({ greeting: 'hello from users', recognised: true })
})

describe('two copies, also of different versions,', () => {
  beforeAll(async () => {
    const file = join(directory, 'src/module/core-copy.ts')
    await writeFile(file, (await readFile(file, 'utf8')).replace(/CORE_VERSION = '.*'/, "CORE_VERSION = '0.99.0'"))
  })

  const together = (scenario: string): Child => {
    const script = new URL('./fixtures/run/copies-together.ts', import.meta.url)
    return new Child(script, [pathToFileURL(join(directory, 'src')).href, scenario])
  }

  async function said(scenario: string): Promise<unknown> {
    const { stdout, stderr } = await together(scenario).end
    expect(stderr).toBe('')
    return stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as unknown) // prettier-ignore
  }

  test('mean the same by client keys, injection tokens and the runtime’s own classes', async () => {
    const greetings = ['a in utc, true', 'b in utc, true']
    await expect(said('clients')).resolves.toEqual([greetings, greetings])
  })

  test('recognise each other’s errors and those of contracts, wherever they were thrown', async () => {
    const details = { phase: 'init', module: 'failing' }
    const own = [true, true, true, details, 409, true]
    const foreign = [true, true, true, details, 409, false]
    await expect(said('errors')).resolves.toEqual([
      [own, foreign, true],
      [own, foreign, true],
    ])
  })

  test('keep time by each other’s clocks', async () => {
    const details = { operation: expect.stringContaining('init'), afterMs: 30_000, option: 'startDeadline' }
    await expect(said('clocks')).resolves.toEqual([[details, 0]])
  })

  test('run side by side: the first to end does not end the process while the other still stops', async () => {
    const child = together('run')
    await child.says('ready')
    child.kill('SIGTERM')
    const stdout = ['ready', 'first stopped', 'second stopped', 'both returned'].map((text) => `"${text}"\n`).join('')
    await expect(child.end).resolves.toEqual({ code: 0, signal: null, stdout, stderr: '' })
  })
})

test('a copy that speaks another protocol is refused, naming both paths', async () => {
  const file = join(directory, 'src/module/core-copy.ts')
  await writeFile(file, (await readFile(file, 'utf8')).replace('const PROTOCOL = 1', 'const PROTOCOL = 2'))
  await expect(hostWithCopy()).resolves.toMatchObject({
    code: 'CORE_COPIES_INCOMPATIBLE',
    message: expect.stringMatching(/core\/src\/.*modkit-copy-/),
  })
})
