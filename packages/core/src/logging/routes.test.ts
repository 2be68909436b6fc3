import { describe, expect, test } from '@jest/globals'
import { loggingSectionDefaults, type LoggingSection } from './logging-config.js'
import type { LogSink } from './log-sink.js'
import { LogRoutes } from './routes.js'

type Sections = Readonly<Record<string, Partial<LoggingSection>>>

function fakeSink(): LogSink {
  return {
    droppedLines: 0,
    accept: () => undefined,
    takeUnsaidDrops: () => 0,
    settled: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}

/** Where the lines of a module go: `console:2 app.log:3`, with the verbosity that each takes. */
function createRoutes(sections: Sections) {
  const config = new Map(Object.entries(sections).map(([name, own]) => [name, { ...loggingSectionDefaults, ...own }]))
  const console = fakeSink()
  const names = new Map<LogSink, string>([[console, 'console']])
  const routes = new LogRoutes(config, {
    console,
    file(file) {
      const sink = fakeSink()
      names.set(sink, file)
      return sink
    },
  })
  return (module: string): string =>
    routes
      .sourceOf(module)
      .route.targets.map(({ sink, threshold }) => `${names.get(sink) ?? '?'}:${String(threshold)}`)
      .join(' ')
}

describe('sections', () => {
  const routeOf = createRoutes({
    default: { consoleLevel: 'warn' },
    users: { consoleLevel: 'debug' },
    'users.mail': { consoleLevel: 'trace' },
    'api-gateway': { consoleLevel: 'error' },
  })

  test.each([
    ['users', 'console:3'],
    ['USERS', 'console:3'],
    ['users.repository', 'console:3'],
    ['users:repository', 'console:3'],
    ['users::repository::sql', 'console:3'],
    ['users.mail', 'console:4'],
    ['users::mail.smtp', 'console:4'],
    ['api-gateway', 'console:0'],
    ['api_gateway', 'console:0'],
    ['api_gateway.auth', 'console:0'],
    ['users-admin', 'console:1'],
    ['orders', 'console:1'],
    ['', 'console:1'],
  ])('module %j', (module, route) => {
    expect(routeOf(module)).toBe(route)
  })
})

describe('levels', () => {
  test('without a section default, the console shows what is info or graver', () => {
    expect(createRoutes({})('users')).toBe('console:2')
  })

  test('off is off: for the console, for the file, and for one module alone', () => {
    const routeOf = createRoutes({
      default: { consoleLevel: 'off', file: 'app.log' },
      quiet: { consoleLevel: 'off', fileLevel: 'off' },
      loud: { consoleLevel: 'info' },
    })
    expect(routeOf('users')).toBe('app.log:2')
    expect(routeOf('quiet')).toBe('')
    expect(routeOf('loud')).toBe('console:2 app.log:2')
  })

  test('a route that leads nowhere asks for no line to be made', () => {
    const config = new Map([['default', { ...loggingSectionDefaults, consoleLevel: 'off' as const }]])
    const routes = new LogRoutes(config, { console: fakeSink(), file: fakeSink })
    expect(routes.sourceOf('users').route.threshold).toBeLessThan(0)
  })
})

describe('files', () => {
  const routeOf = createRoutes({
    default: { file: 'app.log', fileLevel: 'debug' },
    users: { file: 'users.log', fileLevel: 'trace' },
    orders: { consoleLevel: 'error' },
    noisy: { fileLevel: 'off' },
  })

  test('a section with a file of its own writes to that one', () => {
    expect(routeOf('users')).toBe('console:2 users.log:4')
  })

  test('a section without one shares the file of default, and its level', () => {
    expect(routeOf('orders')).toBe('console:0 app.log:3')
  })

  test('a section that turns files off writes to none', () => {
    expect(routeOf('noisy')).toBe('console:2')
  })
})
