import { expect, test } from '@jest/globals'
import { defaultHubSettings, hubConfig } from './hub-config.js'

const validate = (value: unknown): unknown => hubConfig['~standard'].validate(value)

test('an empty section means the defaults: the loopback, 4 MiB messages, 1,000 calls per connection', () => {
  expect(validate({})).toEqual({ value: defaultHubSettings })
  expect(defaultHubSettings).toEqual({
    listenAddress: { kind: 'tcp', host: '127.0.0.1', port: 50_051 },
    limits: { maxReceiveMessageBytes: 4_194_304, maxSendMessageBytes: 4_194_304, maxConcurrentStreams: 1_000 },
  })
})

test('numbers may come as texts, which is what an environment variable holds', () => {
  expect(validate({ max_concurrent_streams: '5' })).toMatchObject({ value: { limits: { maxConcurrentStreams: 5 } } })
})

test('every problem is reported at once, with the nearest setting for one that does not exist', () => {
  expect(
    validate({ listen_adr: 'x', listen_addr: 'nowhere', max_concurrent_streams: 0, max_send_message_bytes: 1.5 }),
  ).toEqual({
    issues: [
      { message: 'is not a setting of the hub. Did you mean "listen_addr"?', path: ['listen_adr'] },
      {
        message: '"nowhere" is not an address to listen on: it is neither "host:port" nor "unix:///path"',
        path: ['listen_addr'],
      },
      { message: 'must be a whole number above 0', path: ['max_send_message_bytes'] },
      { message: 'must be a whole number above 0', path: ['max_concurrent_streams'] },
    ],
  })
})

test.each([undefined, null, 'text'])('a section that is %p is refused', (value) => {
  expect(validate(value)).toEqual({ issues: [{ message: 'must be an object' }] })
})
