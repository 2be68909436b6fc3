import { describe, expect, test } from '@jest/globals'
import {
  dialTarget,
  endpointOf,
  formatListenAddress,
  isLocalOnly,
  parseListenAddress,
  type ListenAddress,
} from './endpoint.js'

describe('addresses to listen on', () => {
  test.each<[string, ListenAddress]>([
    ['127.0.0.1:50051', { kind: 'tcp', host: '127.0.0.1', port: 50_051 }],
    ['localhost:0', { kind: 'tcp', host: 'localhost', port: 0 }],
    ['[::1]:65535', { kind: 'tcp', host: '::1', port: 65_535 }],
    ['unix:///run/hub.sock', { kind: 'unix', path: '/run/hub.sock' }],
    ['uds:///run/my hub.sock', { kind: 'unix', path: '/run/my hub.sock' }],
  ])('%s', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address)
  })

  test.each([
    '',
    '50051',
    ':50051',
    'host',
    'host:port',
    '::1:50051',
    'unix://relative',
    'unix:/one/slash',
    'a b:1',
    'http://h:1',
  ])('"%s" is none', (text) => {
    expect(parseListenAddress(text)).toMatchObject({
      kind: 'bad',
      reason: expect.stringContaining('neither') as unknown,
    })
  })

  test('a port beyond the last one is refused with that reason', () => {
    expect(parseListenAddress('127.0.0.1:65536')).toEqual({ kind: 'bad', reason: 'a port is at most 65535' })
  })

  test('an address is written as it is read', () => {
    for (const text of ['127.0.0.1:1', '[::1]:2', 'unix:///a/b']) {
      const address = parseListenAddress(text)
      expect(address.kind === 'bad' ? address.reason : formatListenAddress(address)).toBe(text)
    }
  })
})

describe('endpoints', () => {
  const tcp = (host: string): ListenAddress => ({ kind: 'tcp', host, port: 7 })

  test.each([
    ['127.0.0.1', 'http://127.0.0.1:7'],
    ['0.0.0.0', 'http://127.0.0.1:7'],
    ['::', 'http://[::1]:7'],
    ['10.1.2.3', 'http://10.1.2.3:7'],
  ])('what listens on %s is dialled as %s', (host, endpoint) => {
    expect(endpointOf(tcp(host))).toBe(endpoint)
  })

  test('grpc-js dials host and port, or the socket', () => {
    expect(dialTarget('http://[::1]:7')).toBe('[::1]:7')
    expect(dialTarget('unix:///run/hub.sock')).toBe('unix:///run/hub.sock')
  })

  test('loopback and sockets are out of the reach of other machines', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1'].every((host) => isLocalOnly(tcp(host)))).toBe(true)
    expect(isLocalOnly({ kind: 'unix', path: '/s' })).toBe(true)
    expect(['0.0.0.0', '::', '10.1.2.3'].some((host) => isLocalOnly(tcp(host)))).toBe(false)
  })
})
