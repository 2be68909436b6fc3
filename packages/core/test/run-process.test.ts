import { describe, expect, test } from '@jest/globals'
import { Child, type ChildEnd } from './support/child.js'

function run(...args: readonly string[]): Child {
  return new Child(new URL('./fixtures/run/scenarios.ts', import.meta.url), args)
}

async function stopped(scenario: string, signal: NodeJS.Signals, ...args: readonly string[]): Promise<ChildEnd> {
  const child = run(scenario, ...args)
  await child.says('ready')
  child.kill(signal)
  return child.end
}

describe('run()', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('ends in order on %s, with exit code 0', async (signal) => {
    await expect(stopped('serves', signal)).resolves.toEqual({
      code: 0,
      signal: null,
      stdout: 'ready\nstopped\nrun returned\n',
      stderr: '',
    })
  })

  test('ends when its promise does, without a signal', async () => {
    await expect(run('ends-by-promise').end).resolves.toMatchObject({ code: 0, stdout: 'stopped\nrun returned\n' })
  })

  test('a signal during the start ends it with the signal’s exit code and says what did not react', async () => {
    const end = await stopped('start-hangs', 'SIGINT')
    expect(end).toMatchObject({ code: 130, signal: null })
    expect(end.stderr).toContain('CANCELLED')
    expect(end.stderr).toContain('start() of module "slow"')
  })

  test('a second signal ends the process at once', async () => {
    const child = run('never-stops')
    await child.says('ready')
    child.kill('SIGTERM')
    child.kill('SIGINT')
    const end = await child.end
    expect([130, 143]).toContain(end.code)
    expect(end.stderr).toContain('exiting at once')
  })

  test('a stop that never returns is left behind before the watchdog strikes, and named', async () => {
    const end = await stopped('never-stops', 'SIGTERM')
    expect(end).toMatchObject({ code: 1, signal: null })
    expect(end.stdout).toContain('Module did not stop and was left behind')
    expect(end.stderr).toContain('stop() of module "deaf"')
  })

  test('of two stops that never return both are named before the watchdog strikes', async () => {
    const end = await stopped('two-never-stop', 'SIGTERM')
    expect(end).toMatchObject({ code: 1, signal: null })
    expect(end.stderr).not.toContain('timed out')
    for (const name of ['deafer', 'deaf']) expect(end.stderr).toContain(`stop() of module "${name}"`)
  })

  test('takes a host over that was started before', async () => {
    const child = run('serves', 'started-before')
    await child.says('owned')
    child.kill('SIGTERM')
    await expect(child.end).resolves.toMatchObject({ code: 0, stdout: 'ready\nowned\nstopped\nrun returned\n' })
  })

  test('of one host does not end the process while another one still stops', async () => {
    const end = await stopped('stops-slowly', 'SIGTERM', 'beside-another')
    expect(end).toEqual({ code: 0, signal: null, stdout: 'ready\nstopped\nrun returned\n', stderr: '' })
  })

  test('a stop that blocks the event loop is killed by the watchdog', async () => {
    const end = await stopped('stop-blocks', 'SIGTERM')
    expect(end).toMatchObject({ code: null, signal: 'SIGKILL' })
    expect(end.stderr).toContain('stop phase timed out after 1000 ms and the event loop is blocked')
  })

  test('a drain that hangs does not keep the modules from stopping', async () => {
    const end = await stopped('drain-hangs', 'SIGTERM')
    expect(end.stdout).toContain('stopped')
    expect(end.stderr).toContain('drain() of module "gw"')
  })

  test('an event loop that is blocked while the host runs ends the process, where that is asked for', async () => {
    const end = await run('loop-blocks').end
    expect(end).toMatchObject({ code: null, signal: 'SIGKILL' })
    expect(end.stderr).toContain('the event loop has been blocked for 500 ms')
  })

  test('handles that are still open after the stop are named, and after a signal the process ends all the same', async () => {
    const end = await stopped('handle-left', 'SIGTERM')
    expect(end).toMatchObject({ code: 0, signal: null })
    expect(end.stderr).toContain('the process is kept alive by')
  })
})

describe('a host that does not start prints one error, exits with 1 and leaves nothing running', () => {
  test.each([
    ['start-fails', ['PHASE_FAILED: Module "bad" failed in phase "start"', 'Caused by: Error: no disk']],
    ['constructor-fails', ['Module "bad-wiring" could not be constructed', 'RangeError: out of range']],
    ['registry-invalid', ['"a" depends on "bb"', 'Did you mean "b"?', 'b -> b']],
    ['options-invalid', ['DURATION_INVALID: "soon" is not a duration (startDeadline).']],
  ])('%s', async (scenario, texts) => {
    const end = await run(scenario).end
    expect(end).toMatchObject({ code: 1, signal: null, stdout: 'run returned\n' })
    for (const text of texts) expect(end.stderr).toContain(text)
    expect(end.stderr.split('The host did not start.')).toHaveLength(2)
  })
})
