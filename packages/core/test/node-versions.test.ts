import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { Child, type ChildEnd } from './support/child.js'

const MAJORS = ['22', '24']

/** The Node of a major: the one that the environment names, or else the one that scripts/nodes.mjs installed. */
function nodeOf(major: string): string | undefined {
  const named = process.env[`MODKIT_TEST_NODE_${major}`]
  if (named !== undefined && named !== '') return named
  const executable = process.platform === 'win32' ? 'node.exe' : 'node'
  const url = new URL(`../../../node_modules/.cache/nodes/${major}/bin/${executable}`, import.meta.url)
  return existsSync(url) ? fileURLToPath(url) : undefined
}

/** Runs the program, and ends it once it serves. What is deprecated speaks up, also where it comes from a dependency. */
async function lifeUnder(node: string): Promise<ChildEnd> {
  const script = new URL('./fixtures/node-versions/program.ts', import.meta.url)
  const child = new Child(script, [], { node, nodeOptions: ['--pending-deprecation'] })
  await child.says('serving')
  child.kill('SIGTERM')
  return child.end
}

let here: ChildEnd

beforeAll(async () => {
  here = await lifeUnder(process.execPath)
}, 60_000)

test('a program starts, answers, and ends on SIGTERM under this Node', () => {
  expect(here).toMatchObject({ code: 0, signal: null, stderr: '' })
  expect(here.stdout).toContain('["hello from greeter",{"sum":42},{"value":"42"}]')
  expect(here.stdout).toContain('broken on purpose')
})

describe.each(MAJORS)('under Node %s', (major) => {
  const node = nodeOf(major)
  // In CI a Node that is missing is a failure: there it was to be installed.
  const testWhereThere = node === undefined && process.env['CI'] !== 'true' ? test.skip : test

  testWhereThere(
    'the same program does the same, without a warning',
    async () => {
      if (node === undefined) throw new Error(`There is no Node ${major}: run node scripts/nodes.mjs.`)
      const version = new Child(new URL('./fixtures/node-versions/version.ts', import.meta.url), [], { node })
      expect((await version.end).stdout).toMatch(new RegExp(`^v${major}\\.`))
      await expect(lifeUnder(node)).resolves.toEqual(here)
    },
    60_000,
  )
})
