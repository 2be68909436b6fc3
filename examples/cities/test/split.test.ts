import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { CitiesProcess } from './cities-process.js'

let homeDir: string

beforeAll(async () => {
  homeDir = await mkdtemp(join(tmpdir(), 'modkit-cities-'))
})

afterAll(async () => {
  await rm(homeDir, { recursive: true, force: true })
})

const SPAWNED = /Spawned OoP module with log forwarding module=nearest .*pid=(\d+)/g

test('by another configuration the same program has two processes more, which answer in its place and end with it', async () => {
  await using cities = new CitiesProcess({ homeDir, limit: 2_000, split: true })
  await cities.logged(/All cities are imported/)
  await cities.logged(/INFO +host Host is running/)
  const pids = [...cities.log.matchAll(SPAWNED)].map(([, pid]) => Number(pid))
  expect(new Set(pids).size).toBe(2)
  const answers = await Promise.all([0, 1, 2, 3].map(() => cities.request('/cities/v1/countries/ad/isolated?limit=1')))
  for (const answer of answers) {
    expect(answer.status).toBe(200)
    await expect(answer.json()).resolves.toMatchObject({ items: [{ country: 'AD' }] })
  }
  expect(await cities.end('SIGTERM')).toBe(0)
  expect(cities.log.match(/Shutdown begins .*reason=SIGTERM oop_module=nearest/g)).toHaveLength(2)
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
}, 60_000)
