import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const LIMIT_MS = 60_000
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** Where the gateway listens, as soon as the log says so. */
async function addressIn(log: Readable): Promise<string> {
  for await (const line of createInterface({ input: log })) {
    const address = /REST gateway listens on (http:\S+)/.exec(line)?.[1]
    if (address !== undefined) return address
  }
  throw new Error('It ended before it listened.')
}

test(
  'the one file greets by name, refuses what is too long, and ends when it is told',
  async () => {
    const env = { ...process.env, NODE_OPTIONS: '', APP__MODULES__API_GATEWAY__CONFIG__BIND_ADDR: '127.0.0.1:0' }
    const args = ['--conditions=modkit:source', '--import', 'tsx', main]
    const program = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
    const end = once(program, 'exit')
    try {
      const address = await addressIn(program.stderr)
      program.stderr.resume()
      const greeted = await fetch(`${address}/hello/v1/Ada`)
      await expect(greeted.json()).resolves.toEqual({ greeting: 'Hello, Ada!' })
      expect((await fetch(`${address}/hello/v1/${'x'.repeat(41)}`)).status).toBe(422)
      program.kill('SIGTERM')
      await expect(end).resolves.toEqual([0, null])
    } finally {
      program.kill('SIGKILL')
    }
  },
  LIMIT_MS,
)
