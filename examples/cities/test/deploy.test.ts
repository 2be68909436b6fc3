import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'

const root = new URL('../../../', import.meta.url)
const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8')
const isThere = (path: string): boolean => existsSync(new URL(path, root))

/** How long a shutdown of a host with children may take, as the page on the life of a host says. */
async function longestShutdownSeconds(): Promise<number> {
  const [, seconds] =
    /a shutdown takes at most \d+ s \((\d+) s with children\)/.exec(await read('docs/lifecycle.md')) ?? []
  return Number(seconds)
}

/** The source of a program that the build makes. */
const sourceOf = (program: string): string => program.replace('/dist/', '/src/').replace(/\.js$/, '.ts')

describe('the unit for systemd', () => {
  test('starts the program, and waits longer than a shutdown takes', async () => {
    const unit = await read('examples/cities/deploy/cities.service')
    const [, program = ''] = /^ExecStart=\S+ --enable-source-maps \/opt\/cities\/(\S+)$/m.exec(unit) ?? []
    expect(isThere(sourceOf(program))).toBe(true)
    const [, seconds] = /^TimeoutStopSec=(\d+)$/m.exec(unit) ?? []
    expect(Number(seconds)).toBeGreaterThan(await longestShutdownSeconds())
  })

  const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0
  const testWithSystemd = hasSystemd ? test : test.skip
  testWithSystemd('is one that systemd takes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'modkit-unit-'))
    try {
      const file = join(folder, 'cities.service')
      const unit = await read('examples/cities/deploy/cities.service')
      await writeFile(file, unit.replace('/usr/bin/node', process.execPath))
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' })
      expect([status, stderr]).toEqual([0, ''])
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

test('the image starts the program without a shell, under the Node that the packages want', async () => {
  const image = await read('examples/cities/deploy/Containerfile')
  const [, command = '[]'] = /^CMD (\[.*\])$/m.exec(image) ?? []
  const [node, , program = ''] = JSON.parse(command) as string[]
  expect(node).toBe('node')
  expect(isThere(sourceOf(program))).toBe(true)
  const { engines } = JSON.parse(await read('package.json')) as { engines: { node: string } }
  const least = Number(/\d+/.exec(engines.node)?.[0])
  for (const [, major] of image.matchAll(/^FROM \S+\/node:(\d+)/gm)) expect(Number(major)).toBeGreaterThanOrEqual(least)
})
