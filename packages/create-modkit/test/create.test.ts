import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'

const argv = process.argv
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const before = new Map(signals.map((name) => [name, process.listeners(name)]))
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modkit-create-'))
})

/** The program is one for a process of its own; here it shares that of the tests. */
afterEach(async () => {
  process.argv = argv
  for (const name of signals) {
    for (const listener of process.listeners(name)) {
      if (before.get(name)?.includes(listener) === false) process.off(name, listener)
    }
  }
  jest.restoreAllMocks()
  await rm(folder, { recursive: true })
})

test('it is "modkit new app", with all its options', async () => {
  const said = new Promise<string>((resolve) => {
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      resolve(String(text))
      return true
    })
  })
  process.argv = ['node', 'create-modkit', 'shop', '--no-install', '--json', '-C', folder]
  await import('../src/main.js')
  expect(JSON.parse(await said)).toMatchObject({ directory: join(folder, 'shop'), installed: false })
  const manifest = JSON.parse(await readFile(join(folder, 'shop/package.json'), 'utf8')) as { name: string }
  expect(manifest.name).toBe('shop')
})
