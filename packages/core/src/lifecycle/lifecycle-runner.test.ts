import { describe, expect, jest, test } from '@jest/globals'
import { getEventListeners } from 'node:events'
import { silentLogger, type Logger } from '../context/logger.js'
import { FakeClock } from '../time/fake-clock.js'
import { LifecycleRunner, type LifecycleRunnerOptions } from './lifecycle-runner.js'

const idle = new AbortController().signal
const oneMinuteMs = 60_000

/** A task that ends when its signal aborts, the way a well-behaved one does. */
function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}

function createRunner(options: Partial<LifecycleRunnerOptions> = {}) {
  const clock = new FakeClock()
  const lines: { level: string; message: string; error: unknown }[] = []
  const say = (level: string) => (message: string, fields?: { readonly error?: unknown }) =>
    void lines.push({ level, message, error: fields?.error })
  const logger: Logger = { ...silentLogger, warn: say('warn'), error: say('error') }
  const onFailure = jest.fn<(error: Error) => void>()
  const runner = new LifecycleRunner({
    name: 'mailer',
    run: untilAborted,
    stopTimeoutMs: 30_000,
    awaitReady: false,
    clock,
    logger,
    onFailure,
    ...options,
  })
  return { runner, clock, lines, onFailure }
}

/** A task whose readiness and end the test decides. */
function puppet() {
  const strings: { ready: () => void; resolve: () => void; reject: (error: unknown) => void; signal?: AbortSignal } = {
    ready: () => undefined,
    resolve: () => undefined,
    reject: () => undefined,
  }
  const run = (signal: AbortSignal, ready: () => void): Promise<void> =>
    new Promise((resolve, reject) => Object.assign(strings, { signal, ready, resolve, reject }))
  return { strings, run }
}

describe('starting without awaitReady', () => {
  test('a new runner is stopped', () => {
    expect(createRunner().runner.state).toBe('stopped')
  })

  test('start resolves once the task has been called, and the runner is running', async () => {
    const run = jest.fn(untilAborted)
    const { runner } = createRunner({ run })
    await runner.start(idle)
    expect(run).toHaveBeenCalledTimes(1)
    expect(runner.state).toBe('running')
    await runner.stop()
  })

  test('the state is running before anybody had to await', async () => {
    const { runner } = createRunner()
    const started = runner.start(idle)
    expect(runner.state).toBe('running')
    await started
    await runner.stop()
  })

  test.each([
    [
      'throws synchronously',
      () => {
        throw new Error('no port')
      },
    ],
    ['rejects before its first await', () => Promise.reject(new Error('no port'))],
  ])('a task that %s fails the start, and nobody else is told', async (_, run) => {
    const { runner, onFailure, lines } = createRunner({ run })
    await expect(runner.start(idle)).rejects.toThrow('no port')
    expect(runner.state).toBe('failed')
    expect(runner.failure?.message).toBe('no port')
    expect(onFailure).not.toHaveBeenCalled()
    expect(lines).toEqual([])
  })

  test('what is thrown and is no error becomes one', async () => {
    const { runner } = createRunner({ run: () => Promise.reject('plain text') })
    await expect(runner.start(idle)).rejects.toThrow('plain text')
  })

  test('a task that returns at once leaves the runner stopped', async () => {
    const { runner } = createRunner({ run: () => 42 })
    await runner.start(idle)
    expect(runner.state).toBe('stopped')
    expect(await runner.stop()).toBe('finished')
  })

  test('a signal that has aborted keeps the task from being called', async () => {
    const run = jest.fn(untilAborted)
    const { runner } = createRunner({ run })
    await expect(runner.start(AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(run).not.toHaveBeenCalled()
    expect(runner.state).toBe('stopped')
  })

  test('the signal of the start does not reach a task that has started', async () => {
    const { strings, run } = puppet()
    const { runner } = createRunner({ run })
    const root = new AbortController()
    await runner.start(root.signal)
    root.abort()
    expect(strings.signal?.aborted).toBe(false)
    expect(runner.state).toBe('running')
    strings.resolve()
    await runner.stop()
  })

  test('a stop in the tick of the start does not make the start reject', async () => {
    const { runner } = createRunner()
    const started = runner.start(idle)
    expect(await runner.stop()).toBe('cancelled')
    await expect(started).resolves.toBeUndefined()
  })

  test('a call of ready is harmless', async () => {
    const { strings, run } = puppet()
    const { runner } = createRunner({ run })
    await runner.start(idle)
    strings.ready()
    expect(runner.state).toBe('running')
    strings.resolve()
    await runner.stop()
  })
})

describe('starting with awaitReady', () => {
  test('the runner is starting until ready is called', async () => {
    const { strings, run } = puppet()
    const { runner, clock } = createRunner({ run, awaitReady: true })
    const started = runner.start(idle)
    await clock.advance(oneMinuteMs)
    expect(runner.state).toBe('starting')
    strings.ready()
    expect(runner.state).toBe('running')
    await started
    expect(getEventListeners(idle, 'abort')).toEqual([])
    strings.resolve()
    await runner.stop()
  })

  test('ready may be called before the task first awaits', async () => {
    const { runner } = createRunner({
      awaitReady: true,
      run: (signal, ready) => {
        ready()
        ready()
        return untilAborted(signal)
      },
    })
    await runner.start(idle)
    expect(runner.state).toBe('running')
    await runner.stop()
  })

  test('start rejects with the error of a task that fails before it is ready', async () => {
    const { strings, run } = puppet()
    const { runner, onFailure, lines } = createRunner({ run, awaitReady: true })
    const started = runner.start(idle)
    strings.reject(new Error('no queue'))
    await expect(started).rejects.toThrow('no queue')
    expect(runner.state).toBe('failed')
    expect(onFailure).not.toHaveBeenCalled()
    expect(lines).toEqual([])
  })

  test('start rejects when the task returns before it is ready', async () => {
    const { runner } = createRunner({ run: () => undefined, awaitReady: true })
    await expect(runner.start(idle)).rejects.toMatchObject({ code: 'TASK_ENDED_EARLY', details: { module: 'mailer' } })
    expect(runner.state).toBe('failed')
  })

  test('when the signal aborts first, the task is told to stop and waited for', async () => {
    const { strings, run } = puppet()
    const { runner, clock } = createRunner({ run, awaitReady: true })
    const root = new AbortController()
    const started = runner.start(root.signal)
    root.abort()
    expect(strings.signal?.aborted).toBe(true)
    expect(runner.state).toBe('stopping')
    strings.resolve()
    await expect(started).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(runner.state).toBe('stopped')
    expect(clock.pendingTimers).toBe(0)
  })

  test('a cancelled start waits at most the stop timeout and says that the task was left behind', async () => {
    const { runner, clock } = createRunner({ run: never, awaitReady: true })
    const root = new AbortController()
    const started = runner.start(root.signal)
    const rejection = expect(started).rejects.toMatchObject({
      code: 'CANCELLED',
      message: expect.stringContaining('left behind'),
    })
    root.abort()
    await clock.advance(29_999)
    expect(runner.state).toBe('stopping')
    await clock.advance(1)
    await rejection
    expect(runner.state).toBe('stopped')
    expect(clock.pendingTimers).toBe(0)
  })

  test('stop works before readiness and cancels the start', async () => {
    const { runner, clock } = createRunner({ awaitReady: true })
    const rejection = expect(runner.start(idle)).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await runner.stop()).toBe('cancelled')
    await rejection
    expect(runner.state).toBe('stopped')
    expect(clock.pendingTimers).toBe(0)
  })

  test('ready has no effect once the task was told to stop, nor after it was left behind', async () => {
    const { strings, run } = puppet()
    const { runner, clock } = createRunner({ run, awaitReady: true })
    const rejection = expect(runner.start(idle)).rejects.toMatchObject({ code: 'CANCELLED' })
    const stopped = runner.stop()
    strings.ready()
    expect(runner.state).toBe('stopping')
    await clock.advance(30_000)
    await rejection
    expect(await stopped).toBe('timeout')
    strings.ready()
    expect(runner.state).toBe('stopped')
  })

  test('once ready, the signal of the start no longer stops the task', async () => {
    const { strings, run } = puppet()
    const { runner } = createRunner({ run, awaitReady: true })
    const root = new AbortController()
    const started = runner.start(root.signal)
    strings.ready()
    root.abort()
    await started
    expect(strings.signal?.aborted).toBe(false)
    expect(runner.state).toBe('running')
    strings.resolve()
    await runner.stop()
  })

  test('a task that fails right after it was ready has started, and its failure is told', async () => {
    const { strings, run } = puppet()
    const { runner, onFailure } = createRunner({ run, awaitReady: true })
    const started = runner.start(idle)
    strings.ready()
    strings.reject(new Error('lost it'))
    await started
    await Promise.resolve()
    expect(onFailure).toHaveBeenCalledTimes(1)
    expect(runner.state).toBe('failed')
  })
})

describe('starting again', () => {
  test('a second start is refused while the first is pending, while running and while stopping', async () => {
    const { strings, run } = puppet()
    const { runner, clock } = createRunner({ run, awaitReady: true })
    const refused = async (state: string): Promise<void> => {
      await expect(runner.start(idle)).rejects.toMatchObject({
        code: 'ALREADY_STARTED',
        message: expect.stringContaining('was already started'),
        details: { state },
      })
    }
    const started = runner.start(idle)
    await refused('starting')
    strings.ready()
    await started
    await refused('running')
    const stopped = runner.stop()
    await refused('stopping')
    await clock.advance(30_000)
    await stopped
  })

  test('a task that was stopped can be started again, with a new signal', async () => {
    const signals: AbortSignal[] = []
    const { runner } = createRunner({
      run: (signal) => {
        signals.push(signal)
        return untilAborted(signal)
      },
    })
    for (let i = 0; i < 3; i++) {
      await runner.start(idle)
      expect(await runner.stop()).toBe('cancelled')
    }
    expect(new Set(signals).size).toBe(3)
    expect(runner.state).toBe('stopped')
  })

  test('a task that failed cannot', async () => {
    const { runner } = createRunner({ run: () => Promise.reject(new Error('no')) })
    await expect(runner.start(idle)).rejects.toThrow('no')
    await expect(runner.start(idle)).rejects.toMatchObject({ code: 'ALREADY_STARTED', details: { state: 'failed' } })
  })

  test('a task that was left behind cannot disturb the run that follows', async () => {
    const first = puppet()
    const second = puppet()
    const tasks = [first.run, second.run]
    const { runner, clock, lines, onFailure } = createRunner({
      awaitReady: true,
      run: (signal, ready) => tasks.shift()?.(signal, ready),
    })
    const rejection = expect(runner.start(idle)).rejects.toMatchObject({ code: 'CANCELLED' })
    void runner.stop()
    await clock.advance(30_000)
    await rejection

    const started = runner.start(idle)
    first.strings.ready()
    expect(runner.state).toBe('starting')
    second.strings.ready()
    await started
    first.strings.reject(new Error('too late'))
    await clock.advance(0)
    expect(runner.state).toBe('running')
    expect(onFailure).not.toHaveBeenCalled()
    expect(lines.at(-1)).toMatchObject({ level: 'warn', error: { message: 'too late' } })
    second.strings.resolve()
    await runner.stop()
  })
})

describe('stopping', () => {
  test('stop before any start finds nothing to do', async () => {
    expect(await createRunner().runner.stop()).toBe('finished')
  })

  test('stop aborts the task, and resolves when it has ended', async () => {
    const { strings, run } = puppet()
    const { runner, clock } = createRunner({ run })
    await runner.start(idle)
    const stopped = runner.stop()
    expect(strings.signal?.aborted).toBe(true)
    expect(runner.state).toBe('stopping')
    strings.resolve()
    expect(await stopped).toBe('cancelled')
    expect(runner.state).toBe('stopped')
    expect(clock.pendingTimers).toBe(0)
  })

  test('a task that had ended by itself is finished', async () => {
    const { strings, run } = puppet()
    const { runner, clock } = createRunner({ run })
    await runner.start(idle)
    strings.resolve()
    await clock.advance(0)
    expect(runner.state).toBe('stopped')
    expect(await runner.stop()).toBe('finished')
  })

  test('a task that ignores its signal is left behind after the stop timeout', async () => {
    const { runner, clock, lines } = createRunner({ run: never })
    await runner.start(idle)
    const stopped = runner.stop()
    await clock.advance(29_999)
    expect(runner.state).toBe('stopping')
    await clock.advance(1)
    expect(await stopped).toBe('timeout')
    expect(runner.state).toBe('stopped')
    expect(lines).toEqual([{ level: 'warn', message: expect.stringContaining('left behind'), error: undefined }])
    expect(clock.pendingTimers).toBe(0)
  })

  test.each([
    [1_000, 1_000],
    [0, 0],
    [99_000, 30_000],
  ])('withinMs %i makes the wait %i ms', async (withinMs, expectedMs) => {
    const { runner, clock } = createRunner({ run: never })
    await runner.start(idle)
    const stopped = runner.stop(undefined, { withinMs })
    await clock.advance(expectedMs)
    expect(await stopped).toBe('timeout')
    expect(clock.monotonic()).toBe(expectedMs)
  })

  test('stop gives up at once when the deadline aborts', async () => {
    const { runner, clock } = createRunner({ run: never })
    await runner.start(idle)
    const deadline = new AbortController()
    const stopped = runner.stop(deadline.signal)
    deadline.abort()
    expect(runner.state).toBe('stopped')
    expect(await stopped).toBe('timeout')
    expect(clock.pendingTimers).toBe(0)
  })

  test('a deadline that has passed still lets the task know', async () => {
    const { strings, run } = puppet()
    const { runner, clock } = createRunner({ run })
    await runner.start(idle)
    expect(await runner.stop(AbortSignal.abort())).toBe('timeout')
    expect(strings.signal?.aborted).toBe(true)
    expect(runner.state).toBe('stopped')
    expect(clock.pendingTimers).toBe(0)
  })

  test('concurrent stops all succeed, and their limits and listeners are gone', async () => {
    const { strings, run } = puppet()
    const { runner, clock } = createRunner({ run })
    await runner.start(idle)
    const stops = [runner.stop(), runner.stop(idle), runner.stop(undefined, { withinMs: 500 })]
    strings.resolve()
    expect(await Promise.all(stops)).toEqual(['cancelled', 'cancelled', 'cancelled'])
    expect(clock.pendingTimers).toBe(0)
  })

  test('the shortest limit of concurrent stops holds for all', async () => {
    const { runner, clock } = createRunner({ run: never })
    await runner.start(idle)
    const stops = [runner.stop(), runner.stop(undefined, { withinMs: 500 })]
    await clock.advance(500)
    expect(await Promise.all(stops)).toEqual(['timeout', 'timeout'])
    expect(clock.pendingTimers).toBe(0)
  })

  test('a stop that comes while the task is ending misses nothing', async () => {
    const { strings, run } = puppet()
    const { runner, clock } = createRunner({ run })
    await runner.start(idle)
    strings.resolve()
    expect(await runner.stop()).toBe('cancelled')
    expect(clock.pendingTimers).toBe(0)
  })

  test('a task may stop itself', async () => {
    const { runner, clock } = createRunner({
      run: (signal) => {
        void runner.stop()
        return untilAborted(signal).then(() => undefined)
      },
    })
    const stopped = runner.start(idle)
    await clock.advance(30_000)
    await stopped
    expect(runner.state).toBe('stopped')
  })

  test('a task that lets the abort of its signal through has stopped in order', async () => {
    const { runner, lines } = createRunner({
      run: (signal) => untilAborted(signal).then(() => signal.throwIfAborted()),
    })
    await runner.start(idle)
    expect(await runner.stop()).toBe('cancelled')
    expect(lines).toEqual([])
  })

  test('a task that fails while it is stopping is logged, and the runner is stopped', async () => {
    const { runner, lines, onFailure } = createRunner({
      run: (signal) => untilAborted(signal).then(() => Promise.reject(new Error('no goodbye'))),
    })
    await runner.start(idle)
    expect(await runner.stop()).toBe('cancelled')
    expect(runner.state).toBe('stopped')
    expect(lines).toMatchObject([{ level: 'error', error: { message: 'no goodbye' } }])
    expect(onFailure).not.toHaveBeenCalled()
  })
})

describe('a task that fails while it runs', () => {
  test('is logged, told once, and leaves the runner failed', async () => {
    const { strings, run } = puppet()
    const { runner, clock, lines, onFailure } = createRunner({ run })
    await runner.start(idle)
    const error = new Error('connection lost')
    strings.reject(error)
    await clock.advance(0)
    expect(runner.state).toBe('failed')
    expect(runner.failure).toBe(error)
    expect(onFailure.mock.calls).toEqual([[error]])
    expect(lines).toMatchObject([{ level: 'error', message: expect.stringContaining('"mailer"'), error }])
  })

  test('makes a later stop finish at once, and the failure stays known', async () => {
    const { strings, run } = puppet()
    const { runner, clock } = createRunner({ run })
    await runner.start(idle)
    strings.reject(new Error('connection lost'))
    await clock.advance(0)
    expect(await runner.stop()).toBe('finished')
    expect(runner.state).toBe('failed')
    expect(clock.pendingTimers).toBe(0)
  })

  test('a listener that throws is logged and harms nobody', async () => {
    const { strings, run } = puppet()
    const { runner, clock, lines } = createRunner({
      run,
      onFailure: () => {
        throw new Error('deaf')
      },
    })
    await runner.start(idle)
    strings.reject(new Error('connection lost'))
    await clock.advance(0)
    expect(runner.state).toBe('failed')
    expect(lines).toMatchObject([{ error: { message: 'connection lost' } }, { error: { message: 'deaf' } }])
  })
})
