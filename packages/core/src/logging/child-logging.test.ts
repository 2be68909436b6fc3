import { expect, test } from '@jest/globals'
import { childLogging } from './child-logging.js'
import { loggingSectionDefaults, type LoggingSection } from './logging-config.js'

const section = (section: Partial<LoggingSection>): LoggingSection => ({ ...loggingSectionDefaults, ...section })

test('a child hands over all that console or file of its host may want, and opens no file', () => {
  const config = new Map([
    ['default', section({ file: 'app.log', fileLevel: 'debug', consoleLevel: 'warn' })],
    ['users', section({ fileLevel: 'trace', consoleLevel: 'error' })],
    ['quiet', section({ file: 'quiet.log', fileLevel: 'info', consoleLevel: 'off' })],
  ])
  const told = [...childLogging(config)].map(([name, { consoleFormat, consoleLevel, file }]) => [
    name,
    consoleFormat,
    consoleLevel,
    file,
  ])
  expect(told).toEqual([
    ['default', 'json', 'debug', undefined],
    ['users', 'json', 'error', undefined],
    ['quiet', 'json', 'info', undefined],
  ])
})
