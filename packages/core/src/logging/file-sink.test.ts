import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { FakeClock } from '../time/fake-clock.js'
import { FILE_LIMITS, FileSink } from './file-sink.js'
import type { LogRecord } from './log-record.js'
import type { RotationLimits } from './rotating-file.js'

const clock = new FakeClock(Date.UTC(2026, 5, 30))
const roomy: RotationLimits = { maxBytes: 1e9, maxBackups: 3, maxAgeDays: undefined }
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'modkit-log-'))
})

afterEach(() => rm(directory, { recursive: true, force: true }))

function record(message: string): LogRecord {
  return { time: clock.now(), level: 'info', module: 'm', message, fields: {} }
}

function createSink(file: string, limits: RotationLimits = roomy) {
  const failures: Error[] = []
  const sink = new FileSink(file, { limits, clock, onFailure: (error) => void failures.push(error) })
  return { sink, failures }
}

async function messagesIn(file: string): Promise<readonly string[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1)
  return lines.map((line) => (JSON.parse(line) as { message: string }).message)
}

function inDirectory(...names: readonly string[]): string {
  return path.join(directory, ...names)
}

describe('writing', () => {
  test('nothing is created before the first line; then the directories are', async () => {
    const { sink } = createSink(inDirectory('a', 'b', 'app.log'))
    expect(await readdir(directory)).toEqual([])
    sink.accept(record('one'))
    await sink.settled()
    expect(await messagesIn(inDirectory('a', 'b', 'app.log'))).toEqual(['one'])
    await sink.close()
  })

  test('lines are JSON, in order, after what the file held before', async () => {
    const file = inDirectory('app.log')
    for (const half of [0, 500]) {
      const { sink } = createSink(file)
      for (let i = half; i < half + 500; i++) sink.accept(record(String(i)))
      await sink.settled()
      await sink.close()
    }
    expect(await messagesIn(file)).toEqual(Array.from({ length: 1_000 }, (_, i) => String(i)))
  })

  test('more than the queue holds is counted, and said in the file', async () => {
    const file = inDirectory('app.log')
    const { sink } = createSink(file)
    const count = FILE_LIMITS.maxLines + 10_000
    for (let i = 0; i < count; i++) sink.accept(record('x'))
    const dropped = sink.droppedLines
    expect(dropped).toBeGreaterThan(9_000)
    await sink.settled()
    const messages = await messagesIn(file)
    expect(messages).toHaveLength(count - dropped + 1)
    expect(messages.at(-1)).toBe(`${String(dropped)} log lines dropped`)
    await sink.close()
  })

  test('closing drops what is not yet written, and what comes later', async () => {
    const { sink } = createSink(inDirectory('app.log'))
    for (let i = 0; i < 10; i++) sink.accept(record('x'))
    await sink.close()
    sink.accept(record('late'))
    expect(sink.droppedLines).toBe(10)
    await sink.settled()
  })
})

describe('rotating', () => {
  async function fill(limits: RotationLimits, count: number): Promise<void> {
    const { sink } = createSink(inDirectory('app.log'), limits)
    for (let i = 0; i < count; i++) {
      sink.accept(record(String(i)))
      await sink.settled()
    }
    await sink.close()
  }

  const lineBytes = Buffer.byteLength(`{"time":"2026-06-30T00:00:00.000Z","level":"info","module":"m","message":"0"}\n`)

  test('a file is rotated before it would grow beyond its size, and the newest backup is number one', async () => {
    await fill({ ...roomy, maxBytes: lineBytes * 2 }, 7)
    expect(await messagesIn(inDirectory('app.log'))).toEqual(['6'])
    expect(await messagesIn(inDirectory('app.log.1'))).toEqual(['4', '5'])
    expect(await messagesIn(inDirectory('app.log.2'))).toEqual(['2', '3'])
    expect(await messagesIn(inDirectory('app.log.3'))).toEqual(['0', '1'])
  })

  test('lines that came together are split over files', async () => {
    const { sink } = createSink(inDirectory('app.log'), { ...roomy, maxBytes: lineBytes * 2 })
    for (let i = 0; i < 6; i++) sink.accept(record(String(i)))
    await sink.settled()
    await sink.close()
    const files = ['app.log.3', 'app.log.2', 'app.log.1', 'app.log'].map((name) => inDirectory(name))
    const contents = await Promise.all(files.map((file) => messagesIn(file).catch(() => [])))
    expect(contents.flat()).toEqual(['0', '1', '2', '3', '4', '5'])
    expect(Math.max(...contents.map((lines) => lines.length))).toBe(2)
  })

  test('a line that is longer than the size of the file is written all the same', async () => {
    await fill({ ...roomy, maxBytes: 10 }, 2)
    expect(await messagesIn(inDirectory('app.log'))).toEqual(['1'])
    expect(await messagesIn(inDirectory('app.log.1'))).toEqual(['0'])
  })

  test('no more backups are kept than allowed', async () => {
    await fill({ ...roomy, maxBytes: lineBytes, maxBackups: 2 }, 9)
    expect((await readdir(directory)).sort()).toEqual(['app.log', 'app.log.1', 'app.log.2'])
    expect(await messagesIn(inDirectory('app.log.2'))).toEqual(['6'])
  })

  test('without backups the file starts anew', async () => {
    await fill({ ...roomy, maxBytes: lineBytes, maxBackups: 0 }, 3)
    expect(await readdir(directory)).toEqual(['app.log'])
    expect(await messagesIn(inDirectory('app.log'))).toEqual(['2'])
  })

  test('old backups are removed when the file is opened, by age and by number, and nothing else is', async () => {
    const daysAgo = (days: number): Date => new Date(clock.now() - days * 86_400_000)
    const ages = { 'app.log': 99, 'app.log.1': 1, 'app.log.2': 8, 'app.log.9': 0, 'app.log.gz': 99, 'other.log.1': 99 }
    for (const [name, days] of Object.entries(ages)) {
      await writeFile(inDirectory(name), '')
      await utimes(inDirectory(name), daysAgo(days), daysAgo(days))
    }
    const { sink } = createSink(inDirectory('app.log'), { ...roomy, maxAgeDays: 7 })
    sink.accept(record('x'))
    await sink.settled()
    await sink.close()
    expect((await readdir(directory)).sort()).toEqual(['app.log', 'app.log.1', 'app.log.gz', 'other.log.1'])
  })

  test('age is honoured at each rotation too, beside the number', async () => {
    const { sink } = createSink(inDirectory('app.log'), { maxBytes: lineBytes, maxBackups: 5, maxAgeDays: 2 })
    const write = async (message: string): Promise<void> => {
      sink.accept(record(message))
      await sink.settled()
    }
    await write('0')
    await write('1')
    const old = new Date(clock.now() - 3 * 86_400_000)
    await utimes(inDirectory('app.log.1'), old, old)
    await write('2')
    await sink.close()
    expect((await readdir(directory)).sort()).toEqual(['app.log', 'app.log.1'])
    expect(await messagesIn(inDirectory('app.log.1'))).toEqual(['1'])
  })
})

describe('a file that cannot be written', () => {
  test('is reported once; its lines are counted and nobody waits', async () => {
    await mkdir(inDirectory('app.log'))
    const { sink, failures } = createSink(inDirectory('app.log'))
    for (let i = 0; i < 5; i++) sink.accept(record('x'))
    await sink.settled()
    sink.accept(record('x'))
    await sink.settled()
    expect(failures).toMatchObject([{ code: 'EISDIR' }])
    expect(sink.droppedLines).toBe(6)
    await sink.close()
  })

  test('is not reported any more once the sink is closed', async () => {
    await mkdir(inDirectory('app.log'))
    const { sink, failures } = createSink(inDirectory('app.log'))
    sink.accept(record('x'))
    await sink.close()
    expect(failures).toEqual([])
    expect(sink.droppedLines).toBe(1)
  })

  test('whose directory is a file is reported', async () => {
    await writeFile(inDirectory('file'), '')
    const { sink, failures } = createSink(inDirectory('file', 'app.log'))
    sink.accept(record('x'))
    await sink.settled()
    expect(failures).toHaveLength(1)
  })

  const onLinux = process.platform === 'linux' ? test : test.skip
  onLinux('on a full disk is reported', async () => {
    const { sink, failures } = createSink('/dev/full')
    sink.accept(record('x'))
    await sink.settled()
    expect(failures).toMatchObject([{ code: 'ENOSPC' }])
    expect(sink.droppedLines).toBe(1)
    await sink.close()
  })
})
