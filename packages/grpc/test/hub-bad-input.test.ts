import { once, type EventEmitter } from 'node:events'
import { connect as connectHttp2, constants, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { status } from '@grpc/grpc-js'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { CalculatorClient } from './calculator-client.js'
import { calculatorWith, createHub } from './hub-fixture.js'

const services = [calculatorWith()]

/** Node leaves it to the peer to go after some faults: a peer that stays is gone when it has left a ping unanswered. */
const keepalive = { interval: '300ms', timeout: '300ms' }
const ADD = '/calculator.v1.Calculator/Add'

/** A frame of HTTP/2: length, type, flags, stream, payload. */
function frame(
  type: number,
  given: { flags?: number; stream?: number; payload?: Buffer; length?: number } = {},
): Buffer {
  const { flags = 0, stream = 0, payload = Buffer.alloc(0), length = payload.byteLength } = given
  const head = Buffer.alloc(9)
  head.writeUIntBE(length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

const [DATA, HEADERS, RST_STREAM, SETTINGS, PING, WINDOW_UPDATE, CONTINUATION] = [0, 1, 3, 4, 6, 8, 9]
const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(SETTINGS)])

/** Unlike once(), it does not mind an error: being cut off is an outcome. */
function closeOf(emitter: EventEmitter): Promise<void> {
  return new Promise((resolve) => emitter.once('close', () => resolve()))
}

async function connected(endpoint: string): Promise<Socket> {
  const socket = connect(Number(new URL(endpoint).port), '127.0.0.1')
  socket.on('error', () => undefined)
  socket.resume()
  await once(socket, 'connect')
  return socket
}

async function assertServes(endpoint: string): Promise<void> {
  using client = new CalculatorClient(endpoint)
  await expect(client.add(['1', '2'])).resolves.toEqual({ value: '3' })
}

describe('a connection that breaks the rules of HTTP/2 is ended, and only that one', () => {
  const [id, end] = [Buffer.alloc(4), 0x4]
  test.each<[string, Buffer]>([
    ['another protocol', Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n')],
    ['a greeting that is none', Buffer.from('PRI * HTTP/3.0\r\n\r\nSM\r\n\r\n')],
    [
      'no settings after the greeting',
      Buffer.concat([preface.subarray(0, 24), frame(PING, { payload: Buffer.alloc(8) })]),
    ],
    ['data of a stream that was never opened', Buffer.concat([preface, frame(DATA, { stream: 1 })])],
    [
      'a reset of a stream that was never opened',
      Buffer.concat([preface, frame(RST_STREAM, { stream: 1, payload: id })]),
    ],
    ['headers of the connection itself', Buffer.concat([preface, frame(HEADERS, { flags: end })])],
    ['headers on an even stream', Buffer.concat([preface, frame(HEADERS, { flags: end, stream: 2 })])],
    [
      'headers that cannot be decompressed',
      Buffer.concat([preface, frame(HEADERS, { flags: end, stream: 1, payload: Buffer.from([0xff, 0xff, 0xff]) })]),
    ],
    ['more headers without a beginning', Buffer.concat([preface, frame(CONTINUATION, { stream: 1 })])],
    ['a ping of the wrong length', Buffer.concat([preface, frame(PING, { payload: Buffer.alloc(3) })])],
    ['settings of the wrong length', Buffer.concat([preface, frame(SETTINGS, { payload: Buffer.alloc(5) })])],
    ['a frame that is larger than allowed', Buffer.concat([preface, frame(DATA, { stream: 1, length: 0xffffff })])],
    [
      'a window that overflows',
      Buffer.concat([
        preface,
        ...[0, 1].map(() => frame(WINDOW_UPDATE, { payload: Buffer.from([0x7f, 0xff, 0xff, 0xff]) })),
      ]),
    ],
  ])('%s', async (_, bytes) => {
    await using fixture = createHub({ services, config: { keepalive } })
    const endpoint = await fixture.start()
    const socket = await connected(endpoint)
    const closed = closeOf(socket)
    socket.write(bytes)
    await closed
    await assertServes(endpoint)
    expect(fixture.lines.filter(({ level }) => level === 'error')).toEqual([])
  })

  test('whatever bytes come', async () => {
    await using fixture = createHub({ services, config: { keepalive } })
    const endpoint = await fixture.start()
    const input = fc.tuple(fc.boolean(), fc.uint8Array({ minLength: 1, maxLength: 200 }))
    const isEnded = async ([isGreeted, bytes]: [boolean, Uint8Array]): Promise<void> => {
      const socket = await connected(endpoint)
      const closed = closeOf(socket)
      socket.end(Buffer.concat([isGreeted ? preface : Buffer.alloc(0), bytes]))
      return closed
    }
    const inputs = fc.array(input, { minLength: 60, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(inputs, async (given) => void (await Promise.all(given.map(isEnded)))),
      { numRuns: 2 },
    )
    await assertServes(endpoint)
  })
})

/** What a call ends with: the HTTP status, the status of gRPC, or the code that its stream was reset with. */
interface Ending {
  readonly http?: number | undefined
  readonly grpc?: number | undefined
  readonly details?: string | undefined
  readonly reset?: number
}

const usual = { ':method': 'POST', ':path': ADD, 'content-type': 'application/grpc', te: 'trailers' }

/** A call whose head and body are whatever the test says. */
async function call(
  session: ClientHttp2Session,
  headers: Record<string, string>,
  body: Buffer | undefined,
): Promise<Ending> {
  const stream = session.request({ ...usual, ...headers })
  let ending: IncomingHttpHeaders & { ':status'?: number } = {}
  stream.on('response', (head) => (ending = { ...ending, ...head }))
  stream.on('trailers', (trailers) => (ending = { ...ending, ...trailers }))
  stream.on('error', () => undefined)
  stream.resume()
  stream.end(body)
  await closeOf(stream)
  const grpc = ending['grpc-status']
  return {
    http: ending[':status'],
    ...(grpc !== undefined && { grpc: Number(grpc), details: decodeURI(String(ending['grpc-message'])) }),
    ...(stream.rstCode !== constants.NGHTTP2_NO_ERROR && { reset: stream.rstCode }),
  }
}

function message(payload: Buffer, { compressed = 0, length = payload.byteLength } = {}): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt8(compressed, 0)
  head.writeUInt32BE(length, 1)
  return Buffer.concat([head, payload])
}

describe('a call that is none gets a status, and its connection goes on', () => {
  const empty = message(Buffer.alloc(0))
  test.each<[string, { headers?: Record<string, string>; body?: Buffer }, object]>([
    [
      'a method that the service does not have',
      { headers: { ':path': '/calculator.v1.Calculator/No' }, body: empty },
      { grpc: status.UNIMPLEMENTED },
    ],
    [
      'a service that is not there',
      { headers: { ':path': '/no.Such/Add' }, body: empty },
      { grpc: status.UNIMPLEMENTED },
    ],
    ['a path that is none', { headers: { ':path': '*' }, body: empty }, { reset: constants.NGHTTP2_PROTOCOL_ERROR }],
    [
      'the content of another protocol',
      { headers: { 'content-type': 'application/json' }, body: empty },
      { http: 415 },
    ],
    ['no message', {}, { grpc: status.UNIMPLEMENTED }],
    ['bytes that are no message of the type', { body: message(Buffer.from([0xff, 0xff])) }, { grpc: status.INTERNAL }],
    [
      'a field of another type',
      { body: message(Buffer.from([0x12, 0x03, 0x61, 0x62, 0x63])) },
      { grpc: status.INTERNAL },
    ],
    [
      'a length beyond the limit',
      { body: message(Buffer.alloc(1), { length: 0xffffffff }) },
      { grpc: status.RESOURCE_EXHAUSTED },
    ],
    [
      'a compression that nobody knows',
      { headers: { 'grpc-encoding': 'rot13' }, body: message(Buffer.alloc(1), { compressed: 1 }) },
      { grpc: status.UNIMPLEMENTED },
    ],
    [
      'gzip that is none',
      { headers: { 'grpc-encoding': 'gzip' }, body: message(Buffer.from('no'), { compressed: 1 }) },
      { grpc: status.INTERNAL },
    ],
    ['a timeout that is none', { headers: { 'grpc-timeout': 'soon' }, body: empty }, { grpc: status.INTERNAL }],
    [
      'a caller that is none',
      { headers: { 'x-secctx-bin': 'bm9ib2R5' }, body: empty },
      { grpc: status.UNAUTHENTICATED },
    ],
  ])('%s', async (_, { headers = {}, body }, ending) => {
    await using fixture = createHub({ services })
    const session = connectHttp2(await fixture.start()).on('error', () => undefined)
    expect(await call(session, headers, body)).toMatchObject(ending)
    const right = message(Buffer.from([0x0a, 0x02, 0x01, 0x02]))
    expect(await call(session, {}, right)).toMatchObject({ http: 200, grpc: status.OK })
    session.close()
    expect(fixture.lines.filter(({ level }) => level === 'error')).toEqual([])
  })

  test('half of a message is no message', async () => {
    await using fixture = createHub({ services })
    const session = connectHttp2(await fixture.start()).on('error', () => undefined)
    expect(await call(session, {}, message(Buffer.alloc(1), { length: 10 }))).toMatchObject({
      grpc: status.UNIMPLEMENTED,
    })
    session.close()
  })

  test('a bomb of gzip is refused before it is whole', async () => {
    const { gzipSync } = await import('node:zlib')
    await using fixture = createHub({ services, config: { limits: { max_receive_message_bytes: 10_000 } } })
    const session = connectHttp2(await fixture.start()).on('error', () => undefined)
    const bomb = message(gzipSync(Buffer.alloc(1_000_000)), { compressed: 1 })
    expect(await call(session, { 'grpc-encoding': 'gzip' }, bomb)).toMatchObject({ grpc: status.RESOURCE_EXHAUSTED })
    session.close()
  })

  test('a head that is too large ends its stream', async () => {
    await using fixture = createHub({ services })
    const endpoint = await fixture.start()
    const session = connectHttp2(endpoint).on('error', () => undefined)
    const ending = await call(session, { 'x-large': 'x'.repeat(100_000) }, message(Buffer.alloc(0)))
    expect(ending.grpc).not.toBe(status.OK)
    session.destroy()
    await assertServes(endpoint)
  })
})

test('a connection beyond the limit is closed at once, and one that ends makes room', async () => {
  await using fixture = createHub({ services, config: { limits: { max_connections: 1 } } })
  const endpoint = await fixture.start()
  const first = await connected(endpoint)
  const second = await connected(endpoint)
  await closeOf(second)
  const ended = closeOf(first)
  first.destroy()
  await ended
  // The hub hears of it a moment later than we do.
  using client = new CalculatorClient(endpoint)
  await expect(client.add(['1'], { deadline: Date.now() + 60_000 })).resolves.toEqual({ value: '1' })
})
