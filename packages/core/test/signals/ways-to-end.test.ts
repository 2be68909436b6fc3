import { describe, expect, test } from '@jest/globals'
import { hostProgram, type HostProcess } from '../support/host-program.js'
import type { ChildEnd } from '../support/spawned-process.js'

const program = hostProgram(new URL('../fixtures/signals/ending-host.ts', import.meta.url))

/** A host that has started, or starts, and that signals find in the hands of `run()`. */
async function ready(scenario: string): Promise<HostProcess> {
  const host = await program.run([scenario])
  await Promise.all([host.says('ready\n'), host.says('owned\n')])
  return host
}

/** How it ended, and what was said since it was ready. */
async function endOf(host: HostProcess): Promise<ChildEnd> {
  const end = await host.end
  const [, after = ''] = end.stdout.replace('owned\n', '').split('ready\n')
  return { ...end, stdout: after }
}

const STOPPED = 'subject stop\nsubject disposed\nfirst stop\nfirst disposed\n'
const DISPOSED = 'subject disposed\nfirst stop\nfirst disposed\n'

describe('the exit code', () => {
  test.concurrent('that the application has set stays after an orderly stop', async () => {
    const host = await ready('exit-code-set')
    host.kill('SIGTERM')
    expect(await endOf(host)).toMatchObject({ code: 7, signal: null, stderr: '' })
  })

  test.concurrent('that the application has set gives way to 1 where something is left behind', async () => {
    const host = await ready('exit-code-set-and-left-behind')
    host.kill('SIGTERM')
    expect(await endOf(host)).toMatchObject({ code: 1, signal: null })
  })

  test.concurrent('is 0 where the signal of the option shutdown ends the host', async () => {
    const host = await ready('shutdown-option')
    host.tell('abort')
    expect(await endOf(host)).toMatchObject({
      code: 0,
      signal: null,
      stderr: '',
      stdout: `${STOPPED}end stopped\n`,
    })
  })

  test.concurrent('is 1 where the signal of the option shutdown ends the start', async () => {
    const host = await ready('shutdown-option-in-start')
    host.tell('abort')
    const end = await endOf(host)
    expect(end).toMatchObject({ code: 1, signal: null })
    expect(end.stderr).toContain('CANCELLED')
  })

  test.concurrent('is that of any program where the option shutdown takes the place of process signals', async () => {
    const host = await ready('shutdown-option')
    host.kill('SIGTERM')
    expect(await endOf(host)).toMatchObject({ code: null, signal: 'SIGTERM', stdout: '' })
  })
})

describe('run() while start() is pending', () => {
  test.concurrent('goes on with that start, and ends by a signal', async () => {
    const host = await ready('start-pending')
    host.tell('go on')
    await host.says('subject start')
    host.kill('SIGTERM')
    expect(await endOf(host)).toMatchObject({
      code: 0,
      stdout: `subject start\n${STOPPED}end stopped\n`,
      stderr: '',
    })
  })

  test.concurrent('lets a signal cancel that start', async () => {
    const host = await ready('start-pending')
    host.kill('SIGTERM')
    const end = await endOf(host)
    expect(end).toMatchObject({ code: 143, stdout: `${DISPOSED}start rejected\nend stopped\n` })
    expect(end.stderr).toContain('start() of module "subject" did not react')
  })

  test.concurrent('prints why that start failed', async () => {
    const host = await ready('start-pending-fails')
    host.tell('go on')
    const end = await endOf(host)
    expect(end).toMatchObject({ code: 1, stdout: `${DISPOSED}start rejected\nend failed\n` })
    expect(end.stderr).toContain('Caused by: Error: no disk')
  })
})

describe('a host', () => {
  test.concurrent('that a handler of its own stops ends in order, and a first signal changes nothing', async () => {
    const host = await ready('stops-itself')
    host.tell('stop')
    await host.says('stopping\n')
    host.kill('SIGTERM')
    host.tell('go on')
    const stdout = 'stopping\nsubject disposed\nfirst stop\nfirst disposed\nend stopped\n'
    expect(await endOf(host)).toMatchObject({ code: 0, signal: null, stdout, stderr: '' })
  })

  test.concurrent.each([
    ['whose stop waits for itself', 'stop-waits-for-itself', 'stop() of module "subject"'],
    ['whose stop never returns', 'stop-never-returns', 'stop() of module "subject"'],
    ['whose background task ignores its signal', 'task-ignores-its-signal', 'stop() of module "deaf-task"'],
  ])('%s leaves that behind, names it and exits with 1', async (_, scenario, name) => {
    const host = await ready(scenario)
    host.kill('SIGTERM')
    const end = await endOf(host)
    expect(end).toMatchObject({ code: 1, signal: null })
    expect(end.stderr).toContain('Shutdown left something behind.')
    expect(end.stderr).toContain(name)
    expect(end.stdout).toMatch(/first stop\nfirst disposed\nend stopped\n$/)
  })

  test.concurrent('whose stop returns when its deadline passes has stopped in order', async () => {
    const host = await ready('stops-at-its-deadline')
    host.kill('SIGTERM')
    const end = await endOf(host)
    expect(end).toMatchObject({ code: 0, signal: null, stderr: '' })
    expect(end.stdout).toContain('Module shutdown deadline reached, sending hard-stop signal')
  })

  test.concurrent('that is stopped by the very start that it waits for ends cancelled', async () => {
    const host = await ready('start-stops-its-host')
    const end = await endOf(host)
    expect(end).toMatchObject({ code: 1, signal: null })
    // It succeeded after all, when the stop that it had waited for was done, and was undone then.
    expect(end.stdout).toContain(`${DISPOSED}Module started after its start had been given up`)
    expect(end.stdout).toContain('subject stop\n')
    expect(end.stderr).toContain('start() of module "subject" did not react')
  })
})
