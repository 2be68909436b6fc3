import { describe, expect, test } from '@jest/globals'
import {
  clientRegistration,
  createHost,
  defineModule,
  HostError,
  type Host,
  type HostOptions,
  type RestApi,
} from '@modkit/core'
import { LoansModule, mailerClient, ReadingRoom } from './fixtures/docs/loans.js'
import { Ledger } from './fixtures/docs/ledger.js'
import { PlainHost, StatusBoard } from './fixtures/docs/system-modules.js'
import { RecordedLog } from './support/recorded-log.js'

const start = (options: HostOptions): Promise<Host> =>
  createHost({ config: {}, logger: new RecordedLog().logger, ...options }).start()

describe('the module that lends books', () => {
  test('lends each once, and tells the one who asks for it again', async () => {
    await using host = await start({ modules: [ReadingRoom, LoansModule] })
    const room = host.module(ReadingRoom)
    expect([await room.borrow('Emma', 'ada'), await room.borrow('Emma', 'bob')]).toEqual([
      'Yours for 28 days.',
      'Somebody else reads it.',
    ])
  })

  test('is configured by its section, and writes to readers where somebody can', async () => {
    const sent: string[] = []
    const send = (reader: string, text: string): Promise<void> => Promise.resolve(void sent.push(`${reader}: ${text}`))
    await using host = await start({
      modules: [ReadingRoom, LoansModule],
      config: { modules: { loans: { config: { max_days: 7 } } } },
      clients: [clientRegistration(mailerClient, { send })],
    })
    await expect(host.module(ReadingRoom).borrow('Emma', 'ada')).resolves.toBe('Yours for 7 days.')
    expect(sent).toEqual(['ada: Bring "Emma" back.'])
  })

  test('is not started with a section that does not fit', async () => {
    const config = { modules: { loans: { config: { max_days: 0 } } } }
    const host = createHost({ modules: [LoansModule], config, logger: new RecordedLog().logger })
    let schemaIssues: readonly { readonly path: string }[] = []
    // #region caught
    try {
      await host.start()
    } catch (error) {
      // Also where it is a cause, or one of several problems.
      const invalid = HostError.find(error, 'MODULE_CONFIG_INVALID')
      if (invalid === undefined) throw error
      schemaIssues = invalid.details.issues
    }
    // #endregion
    expect(schemaIssues).toMatchObject([{ path: 'max_days' }])
  })
})

test('the status board tells the state of the host and how its modules are', async () => {
  await using host = await start({ modules: [Ledger, StatusBoard] })
  host.module(Ledger).isConnected = false
  const report = await host.module(StatusBoard).report(new AbortController().signal)
  const ledger = { module: 'ledger', status: 'degraded', detail: 'reconnecting' }
  expect(report).toEqual({ state: 'running', modules: [ledger] })
})

test('the ledger logs what it has booked, and what it could not book with the error', async () => {
  const log = new RecordedLog()
  await using host = await start({ modules: [Ledger], logger: log.logger })
  const ledger = host.module(Ledger)
  await ledger.book({ id: 7 }, () => Promise.resolve())
  await ledger.book({ id: 8 }, () => Promise.reject(new Error('no ink')))
  expect(log.lines).toContainEqual(
    expect.objectContaining({ level: 'info', message: 'Entry booked', fields: { module: 'ledger', entry_id: 7 } }),
  )
  expect((await log.line('Entry not booked')).fields).toMatchObject({ error: expect.any(Error) })
})

test('the plain host serves what a module declares, and stops in order', async () => {
  const clock = defineModule(
    { name: 'clock', capabilities: ['rest'] },
    class {
      registerRest(_ctx: unknown, rest: RestApi): void {
        rest
          .get('/time')
          .public()
          .response(200, 'text/plain')
          .handle(() => 'noon')
      }
    },
  )
  await using host = await start({ modules: [clock, PlainHost] })
  const { address } = host.module(PlainHost)
  const answered = await fetch(`${address}/time`, { headers: { connection: 'close' } })
  const unknown = await fetch(`${address}/date`, { headers: { connection: 'close' } })
  expect([await answered.json(), unknown.status]).toEqual(['noon', 404])
  const { leftBehind } = await host.stop()
  expect(leftBehind).toEqual([])
})
