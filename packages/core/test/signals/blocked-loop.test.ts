import { expect, test } from '@jest/globals'
import { hostProgram } from '../support/host-program.js'

const program = hostProgram(new URL('../fixtures/signals/loop-host.ts', import.meta.url))

const KILLED = {
  code: null,
  signal: 'SIGKILL',
  stderr: 'the event loop has been blocked for 300 ms, killing the process\n',
}

test.concurrent.each(['construct', 'init', 'start'])(
  'a %s that blocks the event loop ends the process, also one that has been told to end',
  async (hook) => {
    const host = await program.run([hook])
    await host.says('ready\n')
    host.kill('SIGTERM')
    expect(await host.end).toMatchObject(KILLED)
  },
)

test.concurrent('a process that was suspended for longer than its loop may be blocked goes on', async () => {
  const host = await program.run(['nowhere'])
  await host.says('ready\n')
  host.kill('SIGSTOP')
  // A process of the same limit that is killed for it has taken at least that long.
  const other = await program.run(['start'])
  expect(await other.end).toMatchObject(KILLED)
  host.kill('SIGCONT')
  host.tell('are you there?')
  await host.says('served\n')
  host.kill('SIGTERM')
  expect(await host.end).toMatchObject({ code: 0, signal: null, stderr: '' })
})

test.concurrent('a process whose loop is busy again and again, but never for that long, goes on', async () => {
  const host = await program.run(['short'])
  await host.says('busy 2\n')
  host.kill('SIGTERM')
  expect(await host.end).toMatchObject({ code: 0, signal: null, stderr: '' })
})
