import { Writable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { FakeClock } from '../time/fake-clock.js'
import { CONSOLE_LIMITS, ConsoleSink } from './console-sink.js'
import type { LogRecord } from './log-record.js'

const clock = new FakeClock()

/** A stream whose reader takes a chunk only when the test says so. */
class SlowStream extends Writable {
  readonly chunks: string[] = []
  #next: ((error?: Error) => void) | undefined

  constructor() {
    super({ highWaterMark: 16 })
  }

  override _write(chunk: Buffer, _encoding: string, next: (error?: Error) => void): void {
    this.chunks.push(chunk.toString())
    this.#next = next
  }

  /** Finishes the write in progress. */
  async take(error?: Error): Promise<void> {
    const next = this.#next
    this.#next = undefined
    next?.(error)
    await clock.advance(0)
  }

  async takeAll(): Promise<void> {
    while (this.#next) await this.take()
  }

  get lines(): readonly string[] {
    return this.chunks.join('').split('\n').slice(0, -1)
  }

  get listenerCounts(): readonly number[] {
    return ['error', 'close', 'drain'].map((event) => this.listenerCount(event))
  }
}

function createSink(stream: Writable) {
  const before = stream.listenerCount('error')
  const sink = new ConsoleSink(stream, { format: (record) => record.message, clock })
  const say = (message: string): void => {
    const record: LogRecord = { time: 0, level: 'info', module: 'm', message, fields: {} }
    sink.accept(record)
  }
  return { sink, say, before }
}

describe('while the reader keeps up', () => {
  test('a line is on its way before accept returns', () => {
    const stream = new SlowStream()
    createSink(stream).say('first')
    expect(stream.lines).toEqual(['first'])
  })

  test('nothing is pending once the stream took it', async () => {
    const stream = new SlowStream()
    const { sink, say } = createSink(stream)
    await sink.settled()
    say('first')
    const settled = sink.settled()
    await stream.take()
    await settled
    expect(sink.droppedLines).toBe(0)
  })
})

describe('while the reader is slow', () => {
  test('lines wait, keep their order, and go out together', async () => {
    const stream = new SlowStream()
    const { say } = createSink(stream)
    for (let i = 0; i < 100; i++) say(`line ${String(i)}`)
    expect(stream.lines).toEqual(['line 0'])
    await stream.takeAll()
    expect(stream.lines).toEqual(Array.from({ length: 100 }, (_, i) => `line ${String(i)}`))
    expect(stream.chunks.length).toBeLessThan(10)
  })

  test('no more than the limit waits; the rest is counted, and said once there is room', async () => {
    const stream = new SlowStream()
    const { sink, say } = createSink(stream)
    for (let i = 0; i < CONSOLE_LIMITS.maxLines + 500; i++) say('x')
    const dropped = sink.droppedLines
    expect(dropped).toBeGreaterThan(450)
    await stream.takeAll()
    expect(stream.lines.at(-1)).toBe(`${String(dropped)} log lines dropped`)
    expect(stream.lines).toHaveLength(CONSOLE_LIMITS.maxLines + 500 - dropped + 1)
  })

  test('the limit holds for bytes as well', () => {
    const { sink, say } = createSink(new SlowStream())
    for (let i = 0; i < 64; i++) say('x'.repeat(65_536))
    expect(sink.droppedLines).toBeGreaterThan(40)
  })

  test('what was dropped is said once', async () => {
    const stream = new SlowStream()
    const { say } = createSink(stream)
    for (let i = 0; i < CONSOLE_LIMITS.maxLines + 500; i++) say('x')
    await stream.takeAll()
    say('later')
    await stream.takeAll()
    expect(stream.lines.filter((line) => line.includes('dropped'))).toHaveLength(1)
    expect(stream.lines.at(-1)).toBe('later')
  })
})

describe('when the reader is gone', () => {
  test('lines are dropped and counted, and nobody waits', async () => {
    const stream = new SlowStream()
    const { sink, say } = createSink(stream)
    for (let i = 0; i < 10; i++) say('a line that is long enough')
    const settled = sink.settled()
    await stream.take(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    await settled
    const dropped = sink.droppedLines
    expect(dropped).toBeGreaterThan(0)
    say('one more')
    expect(sink.droppedLines).toBe(dropped + 1)
    await sink.settled()
  })

  test('a stream that was destroyed harms nobody', async () => {
    const stream = new SlowStream()
    stream.destroy()
    const { sink, say } = createSink(stream)
    say('x')
    await clock.advance(0)
    await sink.settled()
    say('y')
    expect(sink.droppedLines).toBeGreaterThan(0)
  })

  test('a stream that throws harms nobody', () => {
    const stream = new Writable({
      write() {
        throw new Error('ENOSPC')
      },
    })
    const { sink, say } = createSink(stream)
    say('x')
    say('y')
    expect(sink.droppedLines).toBe(2)
  })
})

describe('closing', () => {
  test('leaves no listener on the stream, and drops what comes later', async () => {
    const stream = new SlowStream()
    const before = stream.listenerCounts
    const { sink, say } = createSink(stream)
    await sink.close()
    expect(stream.listenerCounts).toEqual(before)
    say('x')
    expect(sink.droppedLines).toBe(1)
    expect(stream.lines).toEqual([])
  })

  test('keeps its guard while a write is under way, which may yet fail', async () => {
    const stream = new SlowStream()
    const before = stream.listenerCounts
    const { sink, say } = createSink(stream)
    say('x')
    await sink.close()
    await stream.take(new Error('EPIPE'))
    expect(stream.listenerCounts).toEqual(before)
  })

  test('lets go once the write under way has succeeded', async () => {
    const stream = new SlowStream()
    const before = stream.listenerCounts
    const { sink, say } = createSink(stream)
    say('x')
    await sink.close()
    expect(stream.listenerCounts).not.toEqual(before)
    await stream.take()
    expect(stream.listenerCounts).toEqual(before)
  })
})
