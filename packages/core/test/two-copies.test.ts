import { afterAll, beforeAll, expect, test } from '@jest/globals'
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

test('a copy that speaks another protocol is refused, naming both paths', async () => {
  const file = join(directory, 'src/module/core-copy.ts')
  await writeFile(file, (await readFile(file, 'utf8')).replace('const PROTOCOL = 1', 'const PROTOCOL = 2'))
  await expect(hostWithCopy()).resolves.toMatchObject({
    code: 'CORE_COPIES_INCOMPATIBLE',
    message: expect.stringMatching(/core\/src\/.*modkit-copy-/),
  })
})
