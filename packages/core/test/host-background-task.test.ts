import { expect, test } from '@jest/globals'
import { createHost, defineModule, type HostError } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import { RecordedLog } from './support/recorded-log.js'

interface Seen {
  signal?: AbortSignal
}

function taskModule(seen: Seen, task: (signal: AbortSignal, ready: () => void) => Promise<void>) {
  class Task {
    serve(signal: AbortSignal, ready: () => void): Promise<void> {
      seen.signal = signal
      return task(signal, ready)
    }
  }
  return defineModule(
    { name: 'task', capabilities: ['stateful'], lifecycle: { awaitReady: true, stopTimeout: '3s' } },
    Task,
  )
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve())
  })

test('a background task that is not ready in time is told to stop, and nothing of it is left', async () => {
  const seen: Seen = {}
  const clock = new FakeClock()
  const modules = [taskModule(seen, untilAborted)]
  const host = createHost({ modules, config: {}, clock, logger: new RecordedLog().logger, startDeadline: '2s' })
  const failed = host.start().catch((error: unknown) => error as HostError)
  await clock.advance(2_000)
  expect(await failed).toMatchObject({ code: 'PHASE_FAILED', cause: { code: 'DEADLINE_EXCEEDED' } })
  expect(seen.signal?.aborted).toBe(true)
  expect(clock.pendingTimers).toBe(0)
})

test('the signal of a background task aborts when its turn to stop comes, not when shutdown begins', async () => {
  const seen: Seen = {}
  const order: string[] = []
  const task = taskModule(seen, (signal, ready) => {
    ready()
    return untilAborted(signal).then(() => void order.push('task ended'))
  })
  class Later {
    start(): void {}
    stop(): void {
      order.push(`later stops, task told to stop: ${String(seen.signal?.aborted)}`)
    }
  }
  const later = defineModule({ name: 'later', deps: ['task'], capabilities: ['stateful'] }, Later)
  const host = createHost({
    modules: [task, later],
    config: {},
    clock: new FakeClock(),
    logger: new RecordedLog().logger,
  })
  await host.start()
  await host.stop()
  expect(order).toEqual(['later stops, task told to stop: false', 'task ended'])
})

test('a background task that fails while the host runs degrades it, is logged, and costs the stop no time', async () => {
  const clock = new FakeClock()
  const log = new RecordedLog()
  let fail = (_error: Error): void => undefined
  const task = taskModule({}, (_signal, ready) => {
    ready()
    return new Promise((_resolve, reject) => (fail = reject))
  })
  const host = createHost({ modules: [task], config: {}, clock, logger: log.logger })
  await host.start()
  fail(new Error('queue gone'))
  await log.line(({ level }) => level === 'error')
  expect(host.report.degradations).toEqual([{ module: 'task', reason: 'queue gone' }])
  await expect(host.stop()).resolves.toMatchObject({ modules: [{ module: 'task', outcome: 'done', durationMs: 0 }] })
})

test('a background task that does not end in time is left behind, and named', async () => {
  const clock = new FakeClock()
  const task = taskModule({}, (_signal, ready) => {
    ready()
    return new Promise(() => undefined)
  })
  const host = createHost({ modules: [task], config: {}, clock, logger: new RecordedLog().logger })
  await host.start()
  const stopped = host.stop()
  await clock.advance(3_000)
  await expect(stopped).resolves.toMatchObject({
    leftBehind: ['stop() of module "task"'],
    modules: [{ module: 'task', outcome: 'abandoned', durationMs: 3_000 }],
  })
})
