import { expect, test } from '@jest/globals'
import { RecordingLogger } from './recording-logger.js'

test('a recording logger keeps lines of every level with the fields of its parents', () => {
  const logs = new RecordingLogger()
  const child = logs.child({ module: 'a', part: 1 }).child({ part: 2 })
  for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) child[level](level, { at: level })
  logs.info('root')
  expect(logs.lines[0]).toEqual({ level: 'trace', message: 'trace', fields: { module: 'a', part: 2, at: 'trace' } })
  expect(logs.messages()).toEqual(['trace', 'debug', 'info', 'warn', 'error', 'root'])
  expect(logs.messages('warn')).toEqual(['warn'])
  expect(child.lines).toBe(logs.lines)
})

test('a test can wait for a line that is there, or that comes', async () => {
  const logs = new RecordingLogger()
  logs.info('early')
  await expect(logs.line('early')).resolves.toMatchObject({ level: 'info' })
  const late = logs.child({}).line(({ fields }) => fields['n'] === 2)
  logs.info('count', { n: 1 })
  logs.info('count', { n: 2 })
  await expect(late).resolves.toEqual({ level: 'info', message: 'count', fields: { n: 2 } })
})
