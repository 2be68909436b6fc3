import { expect, test } from '@jest/globals'
import { createHost } from '@modkit/core'
import { Mailer } from './fixtures/docs/mailer.js'
import { RecordedLog } from './support/recorded-log.js'

test('the background task on the page works from its readiness until its host stops', async () => {
  const log = new RecordedLog()
  const host = await createHost({ modules: [Mailer], config: {}, logger: log.logger }).start()
  const { queue } = host.module(Mailer)
  const { modules } = await host.stop()
  expect(queue.sent).toEqual(['ada@example.com'])
  expect(modules).toMatchObject([{ module: 'mailer', outcome: 'done' }])
  expect([...log.messages('warn'), ...log.messages('error')]).toEqual([])
})
