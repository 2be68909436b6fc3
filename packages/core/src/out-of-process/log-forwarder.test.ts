import { PassThrough } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { RecordedLog } from '../../test/support/recorded-log.js'
import { FakeClock } from '../time/fake-clock.js'
import { LogForwarder } from './log-forwarder.js'

const limits = { idleMs: 100, limitMs: 1_000 }

function forwarding(options: { maxLineBytes?: number } = {}) {
  const log = new RecordedLog()
  const clock = new FakeClock()
  const stream = new PassThrough()
  const handle = { module: 'worker', instanceId: 'id-1' }
  const forwarder = new LogForwarder(stream, { name: 'stdout', handle, logger: log.logger, clock, ...options })
  return { log, clock, stream, forwarder }
}

const drainWarning = 'log forwarder did not finish within drain timeout'

describe('a log forwarder', () => {
  test('logs each line as it is, at its level, with the instance and the stream', async () => {
    const { log, stream, forwarder } = forwarding()
    stream.end('12:00 WARN low disk\nplain\n')
    await forwarder.drain(limits)
    const fields = { oop_module: 'worker', oop_instance_id: 'id-1', stream: 'stdout' }
    expect(log.lines).toEqual([
      { level: 'warn', message: '12:00 WARN low disk', fields },
      { level: 'info', message: 'plain', fields },
    ])
  })

  test('marks a line that it had to cut', async () => {
    const { log, stream, forwarder } = forwarding({ maxLineBytes: 4 })
    stream.end('123456\nok\n')
    await forwarder.drain(limits)
    expect(log.lines.map(({ message, fields }) => [message, fields['truncated']])).toEqual([
      ['1234', true],
      ['ok', undefined],
    ])
  })

  test('ends the wait for a silent stream after 100 ms with a warning, and reads on', async () => {
    const { log, clock, stream, forwarder } = forwarding()
    const drained = forwarder.drain(limits)
    await clock.advance(99)
    expect(log.lines).toEqual([])
    await clock.advance(1)
    await drained
    expect(log.lines).toEqual([
      {
        level: 'warn',
        message: drainWarning,
        fields: { module: 'worker', instance_id: 'id-1', stream: 'stdout', timeout_ms: 100 },
      },
    ])
    stream.write('late\n')
    await log.line('late')
    expect(clock.pendingTimers).toBe(0)
  })

  test('waits on while data comes, 100 ms from the last of it', async () => {
    const { log, clock, stream, forwarder } = forwarding()
    const drained = forwarder.drain(limits)
    for (let i = 0; i < 3; i++) {
      await clock.advance(90)
      stream.write(`line ${String(i)}\n`)
    }
    await clock.advance(99)
    expect(log.messages()).toEqual(['line 0', 'line 1', 'line 2'])
    stream.end()
    await drained
    expect(log.messages('warn')).toEqual([])
  })

  test('gives up on a stream that never falls silent once the whole wait is over', async () => {
    const { log, clock, stream, forwarder } = forwarding()
    let drained = false
    const drain = forwarder.drain(limits).then(() => (drained = true))
    for (let i = 0; i < 20; i++) {
      stream.write('again\n')
      await clock.advance(50)
      expect(drained).toBe(i >= 19)
    }
    await drain
    expect(log.messages('warn')).toEqual([drainWarning])
  })

  test('reads what had arrived before the time-out of a loop that was blocked', async () => {
    const { log, clock, stream, forwarder } = forwarding()
    // A blocked loop fires its timers first and reads its input afterwards.
    const after = clock.after.bind(clock)
    clock.after = (delayMs, callback) =>
      after(delayMs, () => {
        setImmediate(() => stream.end('just in time\n'))
        callback()
      })
    const drained = forwarder.drain(limits)
    await clock.advance(100)
    await drained
    expect(log.messages()).toEqual(['just in time'])
  })

  test('forwards what it has of a last line when it is closed', async () => {
    const { log, stream, forwarder } = forwarding()
    stream.write('half a li')
    await new Promise((resolve) => setImmediate(resolve))
    forwarder.close()
    expect(log.messages()).toEqual(['half a li'])
    expect(stream.destroyed).toBe(true)
  })

  test('warns of a stream that cannot be read, and is done with it', async () => {
    const { log, clock, stream, forwarder } = forwarding()
    stream.destroy(new Error('broken'))
    await forwarder.drain(limits)
    expect(log.messages('warn')).toEqual(['log forwarder stopped by a read error'])
    expect(clock.pendingTimers).toBe(0)
  })

  test('keeps up with a flood', async () => {
    const { log, stream, forwarder } = forwarding()
    const block = 'x'.repeat(99).concat('\n').repeat(1_000)
    for (let i = 0; i < 20; i++) stream.write(block)
    stream.end()
    await forwarder.drain(limits)
    expect(log.lines).toHaveLength(20_000)
  })
})
