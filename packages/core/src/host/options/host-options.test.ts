import { describe, expect, test } from '@jest/globals'
import type { HostError } from '../../errors/host-error.js'
import { silentLogger } from '../../context/logger.js'
import { clientKey, clientRegistration } from '../../module/client-key.js'
import { systemClock } from '../../time/clock.js'
import { createHost } from '../create-host.js'
import type { HostOptions } from './host-options.js'
import { parseHostLimits } from './host-limits.js'
import { observe } from '../shutdown/shutdown-request.js'

function failure(options: unknown): HostError<'HOST_OPTION_INVALID'> {
  try {
    parseHostLimits(options as HostOptions)
  } catch (error) {
    return error as HostError<'HOST_OPTION_INVALID'>
  }
  throw new Error('It was accepted.')
}

describe('the options of a host', () => {
  test('may all be left out, or be undefined', () => {
    const limits = parseHostLimits({})
    expect(limits).toMatchObject({ startDeadlineMs: 60_000, drainMs: 10_000, lameDuckMs: 0, blockedLoopMs: undefined })
    const absent = { modules: undefined, drain: undefined, shutdown: undefined, blockedLoop: undefined }
    expect(parseHostLimits(absent as unknown as HostOptions)).toEqual(limits)
  })

  test.each<HostOptions>([
    { modules: [], scan: '*.js', config: 'app.yaml', instanceId: 'x', entry: 'main.js' },
    { scan: ['*.js'], config: {}, shutdown: 'signals', database: 'none', backends: [] },
    { shutdown: AbortSignal.abort(), logger: silentLogger, clock: systemClock, drain: { timeout: '1s' } },
    { shutdown: Promise.resolve(), clients: [clientRegistration(clientKey('x'), undefined)], blockedLoop: 100 },
  ])('may be %p', (options) => {
    expect(() => parseHostLimits(options)).not.toThrow()
  })

  test.each<[string, unknown, RegExp]>([
    ['modules', {}, /an array/],
    ['scan', [1], /array of globs/],
    ['config', 42, /a path/],
    ['shutdown', 'SIGTERM', /'signals', an AbortSignal, or a promise/],
    ['shutdown', {}, /an AbortSignal/],
    ['shutdown', null, /an AbortSignal/],
    ['drain', null, /an object/],
    ['drain', 'x', /an object/],
    ['database', {}, /the methods isConfigured/],
    ['clients', [undefined], /clientRegistration/],
    ['clients', [{ implementation: 1 }], /clientRegistration/],
    ['instanceId', '', /a text/],
    ['backends', {}, /an array/],
    ['backends', [{ kind: 'mock' }], /the methods spawnInstance/],
    ['entry', 1, /path of a script/],
    ['logger', { info: () => undefined }, /the methods trace/],
    ['clock', {}, /the methods now/],
    ['blockedLoop', '99ms', /below 100 ms it would kill/],
  ])('may not have %s as %p', (option, value, reason) => {
    const error = failure({ [option]: value })
    expect(error).toMatchObject({ code: 'HOST_OPTION_INVALID', details: { option } })
    expect(error.message).toMatch(reason)
  })

  test('are told apart by their nearest names', () => {
    expect(failure({ drain: { timeOut: 1 } })).toMatchObject({
      message: 'The host has no option "drain.timeOut".',
      details: { suggestions: ['timeout'] },
    })
  })

  test('report all that is wrong with them at once, durations too', () => {
    const error = failure({ modules: {}, watchdog: 'soon', moduls: [], blockedLoop: -1 }) as HostError
    expect(error).toMatchObject({
      code: 'HOST_OPTIONS_INVALID',
      details: {
        problems: [
          { details: { option: 'moduls' } },
          { details: { option: 'modules' } },
          { code: 'DURATION_INVALID', details: { where: 'watchdog' } },
          { code: 'DURATION_INVALID', details: { where: 'blockedLoop' } },
        ],
      },
    })
  })
})

test.each([null, 42, 'app', []])('%p instead of options is an error of the start, not of createHost', async (given) => {
  const host = createHost(given as never)
  await expect(host.start()).rejects.toMatchObject({ code: 'HOST_OPTION_INVALID', details: { option: 'options' } })
  expect(host.state).toBe('failed')
})

test('a shutdown promise that is observed may reject although nobody waits for it', async () => {
  const unhandled: unknown[] = []
  const listener = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', listener)
  try {
    observe(Promise.reject(new Error('down')))
    for (const given of [undefined, null, 'signals', {}, AbortSignal.abort()]) observe(given)
    // Unhandled rejections are reported once the microtasks have run dry.
    await new Promise((resolve) => setImmediate(resolve))
    expect(unhandled).toEqual([])
  } finally {
    process.off('unhandledRejection', listener)
  }
})
