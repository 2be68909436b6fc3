import { expect, test } from '@jest/globals'
import { hostProgram, type HostProcess } from '../../core/test/support/host-program.js'

const program = hostProgram(new URL('./fixtures/busy-handler.ts', import.meta.url))

/** A gateway that listens, and the address of an operation that keeps the event loop busy for so long. */
async function busyFor(milliseconds: number): Promise<{ host: HostProcess; url: string }> {
  const host = await program.run(['500ms', String(milliseconds)])
  await host.says('listens on http')
  const [, address = ''] = /listens on (\S+)/.exec(host.stdout) ?? []
  return { host, url: `${address}/busy/v1/busy` }
}

test.concurrent('a handler that blocks the event loop ends the process, where that is asked for', async () => {
  const { host, url } = await busyFor(Infinity)
  const response = fetch(url).catch((error: unknown) => error)
  await host.says('busy\n')
  // A loop that does not turn cannot hear it.
  host.kill('SIGTERM')
  expect(await host.end).toMatchObject({
    code: null,
    signal: 'SIGKILL',
    stderr: 'the event loop has been blocked for 500 ms, killing the process\n',
  })
  expect(await response).toMatchObject({ message: 'fetch failed' })
})

test.concurrent('a handler that blocks it for less is waited for, also by a signal', async () => {
  const { host, url } = await busyFor(100)
  const response = fetch(url)
  await host.says('busy\n')
  host.kill('SIGTERM')
  expect((await response).status).toBe(200)
  expect(await host.end).toMatchObject({ code: 0, signal: null, stderr: '' })
})
