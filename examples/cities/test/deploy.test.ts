import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { CitiesProcess } from './cities-process.js'

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

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: number }
  readonly timeoutSeconds?: number
}

interface Pod {
  readonly spec: {
    readonly terminationGracePeriodSeconds: number
    readonly containers: readonly [
      {
        readonly env: readonly { readonly name: string; readonly value: string }[]
        readonly ports: readonly { readonly containerPort: number }[]
        readonly startupProbe: Probe
        readonly livenessProbe: Probe
        readonly readinessProbe: Probe
      },
    ]
  }
}

describe('the pod for Kubernetes', () => {
  let homeDir: string

  beforeAll(async () => {
    homeDir = await mkdtemp(join(tmpdir(), 'modkit-pod-'))
  })

  afterAll(() => rm(homeDir, { recursive: true }))

  const readPod = async (): Promise<Pod> => parse(await read('examples/cities/deploy/pod.yaml')) as Pod

  test('has probes that the program answers, on all interfaces', async () => {
    const [{ env, ports, ...container }] = (await readPod()).spec.containers
    const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe]
    const [{ containerPort } = {}] = ports
    expect(probes.map(({ httpGet }) => httpGet.port)).toEqual(probes.map(() => containerPort))

    const free = env.map(({ name, value }) => [name, value.replace(`:${String(containerPort)}`, ':0')] as const)
    await using cities = new CitiesProcess({ homeDir, limit: 10, variables: Object.fromEntries(free) })
    await cities.logged(/REST gateway listens on http:\/\/0\.0\.0\.0:/)
    await cities.logged(/Host is running/)
    const answers = await Promise.all(probes.map(({ httpGet }) => cities.request(httpGet.path)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  }, 60_000)

  test('waits longer than a shutdown takes, and for an answer longer than modules have for theirs', async () => {
    const { spec } = await readPod()
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(await longestShutdownSeconds())
    const [, seconds] = /`health\.timeout`\n\(default `(\d+)s`/.exec(await read('docs/health.md')) ?? []
    expect(spec.containers[0].readinessProbe.timeoutSeconds).toBeGreaterThan(Number(seconds))
  })
})
