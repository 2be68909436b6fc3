import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/out-of-process/${name}`, import.meta.url))

test('a child learns from the end of its stdin that its host is gone, even when nothing could be said', async () => {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const args = ['--conditions=modkit:source', '--import', 'tsx', fixture('host.ts'), fixture('child.mjs'), String(port)]
  const host = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  try {
    const [socket] = (await once(server, 'connection')) as [Socket]
    const said = createInterface(socket)[Symbol.asyncIterator]()
    expect((await said.next()).value).toBe(`up ${String(host.pid)} pipe`)
    socket.write('are you there?')
    expect((await said.next()).value).toBe('still up')
    host.kill('SIGKILL')
    expect((await said.next()).value).toBe('stdin ended')
    await once(socket.resume(), 'close')
  } finally {
    host.kill('SIGKILL')
    server.close()
  }
})
