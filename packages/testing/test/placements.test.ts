import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from '@jest/globals'
import { clientKey, HostError } from '@modkit/core'
import {
  createRecorder,
  createTestHost,
  describePlacementsWith,
  runAsChild,
  type Placement,
  type PlacementOptions,
  type PlacementRunner,
} from '../src/index.js'
import { booked, program } from './fixtures/runners/placements/program.js'
import type { Stamps } from './fixtures/runners/placements/stamps.grpc.js'
import { ReceiptPrinter, StampsModule, stampsClient } from './fixtures/runners/placements/stamps.js'

/** A process compiles itself, on a machine that tests share. */
const SLOW = 120_000

const fixture = (name: string): URL => new URL(`./fixtures/${name}`, import.meta.url)
const entry = fixture('runners/placements/program.ts')
const node = ['--conditions=modkit:source', '--import', 'tsx']

/** A group of tests that a suite has declared for one place, run by hand. */
interface Group {
  readonly title: string
  readonly place: Placement<Stamps>
  readonly limitsMs: readonly number[]
  before(): Promise<void>
  after(): Promise<void>
}

const nothing = (): Promise<void> => Promise.resolve()
const opened: Group[] = []
afterEach(async () => {
  for (const group of opened.splice(0)) await group.after()
})

/** The groups that a runner is given: one for each place. */
function groupsOf(options: Partial<PlacementOptions> = {}): readonly Group[] {
  const groups: Group[] = []
  let before = nothing
  let after = nothing
  let limitsMs: number[] = []
  let title = ''
  const runner: PlacementRunner = {
    describe: (name, body) => {
      limitsMs = []
      title = name
      body()
    },
    beforeAll: (hook, limitMs) => {
      before = hook
      limitsMs.push(limitMs)
    },
    afterAll: (hook, limitMs) => {
      after = hook
      limitsMs.push(limitMs)
    },
  }
  describePlacementsWith(runner)(stampsClient, { ...program, entry, node, ...options }, (place) => {
    groups.push({ title, place, limitsMs, before, after })
  })
  return groups
}

async function openGroup(name: string, options: Partial<PlacementOptions> = {}): Promise<Placement<Stamps>> {
  const group = groupsOf(options).find(({ place }) => place.name === name)
  if (!group) throw new Error(`there is no place ${name}`)
  opened.push(group)
  await group.before()
  return group.place
}

describe('a suite of placements', () => {
  test('is run once for each place, with time for a host to start and to say what is wrong', () => {
    const groups = groupsOf({ startDeadline: '5s' })
    expect(groups.map(({ place }) => place.name)).toEqual(['local', 'strict_local', 'child'])
    expect(groups.map(({ title }) => title)).toEqual([
      'client "stamps" in the process of its caller',
      'client "stamps" in the process of its caller, encoded and decoded',
      'client "stamps" in a process of its own',
    ])
    for (const { limitsMs } of groups) expect(limitsMs).toEqual([35_000, 35_000])
  })

  test('has no client while it is being declared', () => {
    const [local] = groupsOf()
    expect(() => local?.place.client).toThrow(expect.objectContaining({ code: 'PLACEMENT_NOT_THERE' }))
    expect(() => local?.place.host).toThrow(/The host of the placement of "stamps"/)
  })

  test('is refused with everything that keeps its client from being placed', () => {
    const { module } = createRecorder()
    const options = { modules: [module('other')], entry: import.meta.url }
    const refused = (): void => describePlacementsWith({ describe: nothing, beforeAll: nothing, afterAll: nothing })(clientKey<object>('cellar'), options, () => undefined) // prettier-ignore
    expect(refused).toThrow(
      expect.objectContaining({
        code: 'PLACEMENT_IMPOSSIBLE',
        details: {
          client: 'cellar',
          reasons: [
            'its key carries no proto service, by which it could be called from another process',
            'none of the modules names it in "provides"',
            'none of the modules has the capability "grpc_hub"',
          ],
        },
      }),
    )
  })

  test('is refused when its entry does not exist', () => {
    const refused = (): unknown => groupsOf({ entry: fixture('none.ts') })
    expect(refused).toThrow(expect.objectContaining({ code: 'PLACEMENT_IMPOSSIBLE' }))
    expect(refused).toThrow(/none\.ts" does not exist/)
  })

  const { typescript } = process.features as { readonly typescript?: unknown }
  const onlyWithoutTypes = typescript ? test.skip : test

  onlyWithoutTypes('is refused when nothing runs its entry, unless it is said how', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'modkit-placements-'))
    const lonely = join(folder, 'program.ts')
    await writeFile(lonely, '')
    const { node: _, ...options } = { ...program, entry: lonely, node }
    const place = (given: PlacementOptions): void => describePlacementsWith({ describe: nothing, beforeAll: nothing, afterAll: nothing })(stampsClient, given, () => undefined) // prettier-ignore
    try {
      expect(() => place(options)).toThrow(/nothing here runs its entry ".*program\.ts"/)
      expect(() => place({ ...options, node })).not.toThrow()
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('in the process of its caller', () => {
  test('a client is called directly, or with every message encoded and decoded', async () => {
    const local = await openGroup('local')
    expect(local.client).toBe(local.host.module(StampsModule))
    const strict = await openGroup('strict_local')
    expect(strict.client).not.toBe(strict.host.module(StampsModule))
    // The contract has whole numbers.
    await expect(local.client.sell({ count: 1.9 })).resolves.toMatchObject({ count: 1.9 })
    await expect(strict.client.sell({ count: 1.9 })).resolves.toMatchObject({ count: 1 })
  })

  test('a module has its configuration, also where that would move it', async () => {
    const config = { modules: { stamps: { config: { stock: 1 }, runtime: { type: 'oop' } } } }
    const { client, host } = await openGroup('local', { config })
    await expect(client.sell({ count: 2 })).rejects.toMatchObject({ details: { left: 1 } })
    expect(host.children).toEqual([])
  })
})

describe('in a process of its own', () => {
  test(
    'a module has its configuration and its mocks, and calls modules of the test',
    async () => {
      const config = { modules: { stamps: { config: { stock: 2 } } } }
      const { client, host } = await openGroup('child', { config })
      expect(host.children).toMatchObject([{ module: 'stamps', state: 'ready' }])
      await expect(client.sell({ count: 1 })).resolves.toEqual({ count: 1, text: '1 stamps' })
      expect(booked.at(-1)).toEqual({ count: 1, text: '1 stamps' })
      await expect(client.sell({ count: 2 })).rejects.toMatchObject({ details: { left: 1 } })
    },
    SLOW,
  )

  test(
    'a module runs as the application runs it, where that is the entry',
    async () => {
      const { client, host } = await openGroup('child', { entry: fixture('placements/application.ts'), mocks: [] })
      await expect(client.sell({ count: 2 })).resolves.toEqual({ count: 2, text: new ReceiptPrinter().print(2) })
      expect(host.logs.lines.some(({ fields }) => fields['oop_module'] === 'stamps')).toBe(true)
    },
    SLOW,
  )

  test(
    'a process that ends fails its tests at once, with what it has said',
    async () => {
      const failed = openGroup('child', { entry: fixture('placements/broken.mjs') })
      await expect(failed).rejects.toMatchObject({ code: 'PLACEMENT_FAILED', details: { reason: 'exit code 1' } })
      await expect(failed).rejects.toThrow(
        /did not get ready, and said:[^]*Error: the printer is on fire[^]*: exit code 1\.$/,
      )
    },
    SLOW,
  )

  test(
    'a process that runs no host fails its tests at once, with what to write',
    async () => {
      const failed = openGroup('child', { entry: fixture('placements/idle.mjs') })
      await expect(failed).rejects.toMatchObject({
        code: 'PLACEMENT_FAILED',
        message: expect.stringContaining('did not get ready and said nothing: exit code 0.'),
        hint: expect.stringContaining('runAsChild({ modules, mocks })'),
      })
    },
    SLOW,
  )
})

describe('a test host whose configuration moves a module', () => {
  const config = { modules: { stamps: { config: { stock: 2 }, runtime: { type: 'oop' } } } }

  test(
    'runs the entry that it is given in the process of the module, compiled as tests are',
    async () => {
      await using host = await createTestHost({ ...program, entry: fileURLToPath(entry), config }).start()
      await expect(host.client(stampsClient).sell({ count: 1 })).resolves.toEqual({ count: 1, text: '1 stamps' })
      expect(host.children).toMatchObject([{ module: 'stamps', state: 'ready' }])
      expect(host.children[0]?.instance?.pid).not.toBe(process.pid)
    },
    SLOW,
  )

  test('is refused without one, because its own script is a test', async () => {
    await using host = createTestHost({ ...program, config })
    const error = HostError.find(await host.start().catch((reason: unknown) => reason), 'OOP_ENTRY_UNKNOWN')
    expect(error).toMatchObject({ details: { modules: ['stamps'], isTest: true } })
    expect(error?.hint).toContain('createTestHost({ entry })')
  })

  test('runs a program of another make as it is configured', async () => {
    const execution = {
      executable_path: process.execPath,
      args: ['-e', 'console.log("as configured"); process.stdin.resume()'],
    }
    const modules = { other: { runtime: { type: 'oop', execution } } }
    await using host = await createTestHost({ modules: [], entry: fileURLToPath(entry), config: { modules } }).start()
    while (!host.logs.lines.some(({ message }) => message === 'as configured')) await new Promise(setImmediate)
  })
})

test('the entry of placements does nothing in a process that is no child', async () => {
  await expect(runAsChild(program)).resolves.toBeUndefined()
})
