import { PassThrough } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { RecordedLog } from '../../test/support/recorded-log.js'
import { FakeClock } from '../time/fake-clock.js'
import { formatJson } from '../logging/json-format.js'
import { LogForwarder, type LogForwarderOptions } from './log-forwarder.js'

const limits = { idleMs: 100, limitMs: 1_000 }

function forwarding(options: Partial<Pick<LogForwarderOptions, 'maxLineBytes' | 'limits'>> = {}) {
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

  test('forwards what a logger of ours wrote as what it was there', async () => {
    const { log, stream, forwarder } = forwarding()
    const record = {
      time: 0,
      level: 'warn',
      module: 'users',
      message: 'slow',
      fields: { traceId: 't-1', ms: 7 },
    } as const
    stream.end(`${formatJson(record)}\n${formatJson({ ...record, module: 'host', fields: {} })}\n`)
    await forwarder.drain(limits)
    const origin = { oop_module: 'worker', oop_instance_id: 'id-1', stream: 'stdout' }
    expect(log.lines).toEqual([
      { level: 'warn', message: 'slow', fields: { module: 'users', traceId: 't-1', ms: 7, ...origin } },
      { level: 'warn', message: 'slow', fields: { module: 'worker', logger: 'host', ...origin } },
    ])
  })

  test('cannot be told by a line from whom it comes', async () => {
    const { log, stream, forwarder } = forwarding()
    const fields = { oop_module: 'other', stream: 'stderr' }
    stream.end(formatJson({ time: 0, level: 'info', module: 'users', message: 'hi', fields }))
    await forwarder.drain(limits)
    expect(log.lines[0]?.fields).toMatchObject({ oop_module: 'worker', stream: 'stdout' })
  })
})

describe('output that is more than the limits allow', () => {
  const few = { linesPerSecond: 10, bytesPerSecond: 1_000, burstSeconds: 1 }

  test('is dropped, counted and told of, all that came in a second together', async () => {
    const { log, clock, stream } = forwarding({ limits: few })
    stream.write('line\n'.repeat(25))
    await log.line(({ fields }) => fields['stream'] === 'stdout')
    expect(log.messages()).toEqual(Array.from({ length: 10 }, () => 'line'))
    await clock.advance(999)
    expect(log.messages('warn')).toEqual([])
    await clock.advance(1)
    expect(log.lines.at(-1)).toEqual({
      level: 'warn',
      message: 'Lines of a child were dropped: it writes more than is forwarded',
      fields: { module: 'worker', instance_id: 'id-1', stream: 'stdout', dropped: 15 },
    })
    stream.write('again\n')
    await log.line('again')
    expect(clock.pendingTimers).toBe(0)
  })

  test('is told of at the end of the stream at the latest', async () => {
    const { log, clock, stream, forwarder } = forwarding({ limits: few })
    stream.end('line\n'.repeat(11))
    await forwarder.drain(limits)
    expect(log.lines.at(-1)?.fields['dropped']).toBe(1)
    expect(clock.pendingTimers).toBe(0)
  })

  test('is counted by bytes as well: the line that is too much is still whole, the next one is dropped', async () => {
    const { log, stream, forwarder } = forwarding({ limits: few })
    stream.end(`${'x'.repeat(1_200)}\nnext\n`)
    await forwarder.drain(limits)
    expect(log.messages('info')).toEqual(['x'.repeat(1_200)])
    expect(log.lines.at(-1)?.fields['dropped']).toBe(1)
  })

  test('may be a line without an end, which is one line', async () => {
    const { log, stream, forwarder } = forwarding({ limits: { ...few, linesPerSecond: 0 }, maxLineBytes: 4 })
    for (let i = 0; i < 10; i++) stream.write('12345678')
    stream.end('\n')
    await forwarder.drain(limits)
    expect(log.lines.map(({ fields }) => fields['dropped'])).toEqual([1])
  })

  test('ends with what is told of it when the process dies', async () => {
    const { stream, forwarder } = forwarding({ limits: few })
    stream.end(Array.from({ length: 5_000 }, (_, i) => `line ${String(i)} ${'x'.repeat(9)}\n`).join(''))
    await forwarder.drain(limits)
    expect(forwarder.lastLines).toEqual(
      Array.from({ length: 20 }, (_, i) => `line ${String(4_980 + i)} ${'x'.repeat(9)}`),
    )
  })
})

describe('the last lines of a stream', () => {
  test('are all there are, where there are few, and long ones are cut', async () => {
    const { stream, forwarder } = forwarding()
    stream.end(`first\n${'x'.repeat(2_000)}\nlast`)
    await forwarder.drain(limits)
    expect(forwarder.lastLines).toEqual(['first', `${'x'.repeat(1_024)}…`, 'last'])
  })

  test('do not begin in the middle of one', async () => {
    const { stream, forwarder } = forwarding()
    for (let i = 0; i < 12; i++) stream.write(`${String(i).padStart(3, '0').repeat(500)}\n`)
    stream.end()
    await forwarder.drain(limits)
    expect(forwarder.lastLines.every((line) => line.length === 1_025)).toBe(true)
    expect(forwarder.lastLines.length).toBeGreaterThan(8)
  })
})
