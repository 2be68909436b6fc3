import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { LogFields } from '../context/logger.js'
import { FakeClock } from '../time/fake-clock.js'
import { systemClock } from '../time/clock.js'
import { loggingSectionDefaults, type LoggingSection } from './logging-config.js'
import { createRootLogger, type RootLogger, type RootLoggerOptions } from './root-logger.js'

type Sections = Readonly<Record<string, Partial<LoggingSection>>>

const directories: string[] = []
const loggers: RootLogger[] = []

afterEach(async () => {
  for (const logger of loggers.splice(0)) await logger.close()
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true })
})

async function tempDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'modkit-log-'))
  directories.push(directory)
  return directory
}

function createLogger(sections: Sections = {}, options: Partial<RootLoggerOptions> = {}) {
  const stream = new PassThrough({ highWaterMark: 1e8 })
  const config = new Map(Object.entries(sections).map(([name, own]) => [name, { ...loggingSectionDefaults, ...own }]))
  const root = createRootLogger(config, { homeDir: '/nowhere', clock: systemClock, stream, env: {}, ...options })
  if (options.clock === undefined) loggers.push(root)
  const output = (): string => (stream.read() as Buffer | null)?.toString() ?? ''
  const records = (): readonly unknown[] =>
    output()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown)
  return { root, stream, output, records }
}

const json: Sections = { default: { consoleFormat: 'json', consoleLevel: 'trace' } }

describe('lines', () => {
  test('carry the module and the fields of the logger, then those of the call', () => {
    const { root, records } = createLogger(json)
    root.info('Up')
    const users = root.child({ module: 'users', region: 'eu' })
    users.child({ request: 'r1' }).warn('Slow', { ms: 7, region: 'us' })
    expect(records()).toMatchObject([
      { level: 'info', module: 'host', message: 'Up' },
      { level: 'warn', module: 'users', message: 'Slow', fields: { region: 'us', request: 'r1', ms: 7 } },
    ])
  })

  test('exist for each level', () => {
    const { root, records } = createLogger(json)
    for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) root[level](level)
    expect(records()).toMatchObject(['trace', 'debug', 'info', 'warn', 'error'].map((level) => ({ level })))
  })

  test('are on their way at once, also in the tick in which the logger was made', () => {
    const { root, records } = createLogger(json)
    for (let i = 0; i < 1_000; i++) root.info('x')
    expect(records()).toHaveLength(1_000)
  })

  test('are text by default, without colours where there is no terminal', () => {
    const { root, output } = createLogger({}, { clock: new FakeClock() })
    root.info('Up', { port: 80 })
    expect(output()).toBe('2026-01-01T00:00:00.000Z INFO  host Up port=80\n')
  })

  test.each<[string, RootLoggerOptions['env'], boolean]>([
    ['no NO_COLOR', {}, true],
    ['an empty NO_COLOR', { NO_COLOR: '' }, true],
    ['NO_COLOR', { NO_COLOR: '1' }, false],
    ['a dumb terminal', { TERM: 'dumb' }, false],
  ])('on a terminal with %s', (_, env, coloured) => {
    const stream = Object.assign(new PassThrough(), { isTTY: true })
    const { root } = createLogger({}, { stream, env: env ?? {} })
    root.info('Up')
    expect(String(stream.read()).includes('\u001b[')).toBe(coloured)
  })
})

describe('careless calls', () => {
  test('an error in place of the fields is kept', () => {
    const { root, records } = createLogger(json)
    root.error('It failed', new Error('why') as unknown as LogFields)
    expect(records()).toMatchObject([{ message: 'It failed', fields: { error: { message: 'why' } } }])
  })

  test('an error in place of the message is kept', () => {
    const { root, records } = createLogger(json)
    root.error(new Error('why') as unknown as string)
    expect(records()).toMatchObject([{ message: 'why', fields: { error: { message: 'why' } } }])
  })

  test.each([
    ['null', null],
    ['a text', 'oops'],
    ['a number', 7],
  ])('%s in place of the fields harms nobody', (_, fields) => {
    const { root, records } = createLogger(json)
    root.info('x', fields as unknown as LogFields)
    expect(records()).toHaveLength(1)
  })

  test.each(['text', 'json'] as const)('fields that cannot be read cost themselves only (%s)', (consoleFormat) => {
    const { root, output } = createLogger({ default: { consoleFormat } })
    const fields = {
      get broken(): never {
        throw new Error('no getter')
      },
    }
    root.info('Still here', fields)
    root.info('And here', { nested: fields })
    root.child({ hostile: new Proxy({}, { ownKeys: () => fields.broken }) }).info('Here too')
    expect(output()).toMatch(/Still here[^]*no getter[^]*And here[^]*no getter[^]*Here too[^]*no getter/)
  })
})

describe('levels', () => {
  test('below the section of a module are not written', () => {
    const { root, records } = createLogger({ ...json, users: { consoleLevel: 'error' } })
    const users = root.child({ module: 'users' })
    users.warn('hidden')
    users.error('shown')
    root.trace('shown too')
    expect(records()).toMatchObject([{ message: 'shown' }, { message: 'shown too' }])
  })

  test('hold for each target by itself', async () => {
    const homeDir = await tempDirectory()
    const { root, output } = createLogger(
      { default: { consoleLevel: 'warn', file: 'app.log', fileLevel: 'debug' } },
      { homeDir },
    )
    root.trace('for nobody')
    root.debug('for the file')
    root.warn('for both')
    await root.flush()
    expect(output()).toMatch(/^[^\n]* for both\n$/)
    const file = await readFile(path.join(homeDir, 'app.log'), 'utf8')
    expect(file).toMatch(/^[^\n]*for the file[^\n]*\n[^\n]*for both[^\n]*\n$/)
  })

  test('off is off, for errors too', () => {
    const { root, output } = createLogger({ default: { consoleLevel: 'off' } })
    root.error('x')
    root.child({ module: 'users' }).error('x')
    expect(output()).toBe('')
    expect(root.isLevelEnabled('error')).toBe(false)
  })

  test('that are off read neither clock nor fields', () => {
    const now = (): never => {
      throw new Error('asked for the time')
    }
    const { root } = createLogger({}, { clock: { ...systemClock, now } })
    const fields = {
      get costly(): never {
        throw new Error('read')
      },
    }
    expect(() => root.debug('x', fields)).not.toThrow()
    expect(root.isLevelEnabled('debug')).toBe(false)
    expect(root.isLevelEnabled('info')).toBe(true)
  })
})

describe('files', () => {
  test('relative to the home directory hold what their sections route to them, each file opened once', async () => {
    const homeDir = await tempDirectory()
    const { root } = createLogger(
      {
        default: { consoleLevel: 'off', file: 'logs/app.log' },
        users: { consoleLevel: 'off', file: './logs/../logs/app.log' },
        audit: { consoleLevel: 'off', file: 'logs/audit.log', fileLevel: 'trace' },
      },
      { homeDir },
    )
    root.info('one')
    root.child({ module: 'users' }).info('two', { password: 'x' })
    root.child({ module: 'audit' }).trace('three')
    root.info('four')
    await root.flush()
    const read = async (name: string): Promise<string> => readFile(path.join(homeDir, 'logs', name), 'utf8')
    const app = (await read('app.log')).trim().split('\n')
    expect(app.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(['one', 'two', 'four'])
    expect(app[1]).toContain('***REDACTED***')
    expect(JSON.parse(await read('audit.log'))).toMatchObject({ level: 'trace', module: 'audit', message: 'three' })
  })

  test('that cannot be opened are named in one line on the console, and the program goes on', async () => {
    const homeDir = await tempDirectory()
    const { root, records } = createLogger({ default: { consoleFormat: 'json', file: '.' } }, { homeDir })
    for (let i = 0; i < 3; i++) root.info('x')
    await root.flush()
    root.info('x')
    await root.flush()
    const complaints = records().filter((record) => (record as { level: string }).level === 'error')
    expect(complaints).toMatchObject([{ module: 'host', fields: { file: homeDir } }])
    expect(root.droppedLines).toBe(4)
  })

  test('that cannot be opened are not named where the console is off', async () => {
    const homeDir = await tempDirectory()
    const { root, output } = createLogger({ default: { consoleLevel: 'off', file: '.' } }, { homeDir })
    root.info('x')
    await root.flush()
    expect(output()).toBe('')
    expect(root.droppedLines).toBe(1)
  })
})

describe('flushing and closing', () => {
  /** A stream that never finishes a write. */
  const stuck = (): Writable => new Writable({ write: () => undefined })

  test('flush resolves at once when nothing is under way', async () => {
    const clock = new FakeClock()
    const { root } = createLogger({}, { clock })
    await root.flush()
    expect(clock.pendingTimers).toBe(0)
  })

  test('flush gives up after one second', async () => {
    const clock = new FakeClock()
    const { root } = createLogger({}, { clock, stream: stuck() })
    root.info('x')
    let flushed = false
    const flushing = root.flush().then(() => (flushed = true))
    await clock.advance(999)
    expect(flushed).toBe(false)
    await clock.advance(1)
    await flushing
    expect(clock.pendingTimers).toBe(0)
  })

  test('close leaves no listener behind and drops what comes later', async () => {
    const { root, stream, output } = createLogger()
    const listeners = (): readonly number[] => ['error', 'close', 'drain'].map((event) => stream.listenerCount(event))
    const fresh = new PassThrough()
    await root.close()
    expect(listeners()).toEqual(['error', 'close', 'drain'].map((event) => fresh.listenerCount(event)))
    root.info('late')
    expect(output()).toBe('')
    expect(root.droppedLines).toBe(1)
  })

  test('close on a stream that is stuck ends as well', async () => {
    const clock = new FakeClock()
    const { root } = createLogger({}, { clock, stream: stuck() })
    root.info('x')
    const closing = root.close()
    await clock.advance(1_000)
    await closing
    expect(clock.pendingTimers).toBe(0)
  })

  test('a root logger listens to standard error only until it is closed', async () => {
    const before = process.stderr.listenerCount('error')
    const root = createRootLogger(new Map(), { homeDir: '/nowhere', clock: systemClock })
    await root.close()
    expect(process.stderr.listenerCount('error')).toBe(before)
  })
})
