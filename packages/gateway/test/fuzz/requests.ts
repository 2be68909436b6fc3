import fc from 'fast-check'

/** A request as bytes, and as a reader of a failure sees it. */
export interface WireRequest {
  readonly bytes: Uint8Array
  /** Whether it is a request that HTTP allows, as far as we can tell: then there is an answer. */
  readonly isLegal: boolean
}

const methods = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS') },
  { weight: 1, arbitrary: fc.constantFrom('TRACE', 'PROPFIND', 'PURGE', 'M-SEARCH') },
)

/** Segments that have broken servers before. */
const nasty = fc.constantFrom(
  ...[
    '%',
    '%zz',
    '%c0%ae%c0%ae',
    '%2e%2e',
    '..',
    '.',
    '%00',
    '%2f',
    '%5c..%5c',
    '%F0%9F%92%A9',
    '%ff',
    '~',
    ';',
    ';a=b',
  ],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '{id}', '{*rest}', '*', ':id', '%7Bid%7D'],
  ...['0', '-1', '1e999', '9007199254740993', 'NaN', 'null', 'undefined', 'true', '', ' ', '%20', 'a'.repeat(5_000)],
)

const segment = fc.oneof(
  nasty,
  fc.string({ maxLength: 12 }).map((text) => encodeURIComponent(text.replace(/[\ud800-\udfff]/g, ''))),
)

const path = fc.oneof(
  fc.constantFrom('/', '/health/live', '/health/ready', '/openapi.json', '//', '/./', '/users', '/docs/../users'),
  fc
    .tuple(fc.constantFrom('/users/', '/files/', '/users/7/', '/old/', '/search', '/forms', '/bytes', '/'), segment)
    .map(([beginning, text]) => beginning + text),
  fc.array(segment, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`),
)

const query = fc.oneof(
  fc.constant(''),
  fc
    .array(fc.tuple(segment, segment), { maxLength: 6 })
    .map((pairs) => `?${pairs.map((pair) => pair.join('=')).join('&')}`),
  fc.constantFrom(
    '?',
    '??',
    '?&&&',
    '?=',
    '?limit=1&limit=2',
    '?limit[]=1',
    '?__proto__[x]=1',
    '?limit=%',
    '?limit=1e999',
  ),
)

const contentType = fc.constantFrom(
  ...['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON', 'application/json; charset=utf-16'],
  ...['text/plain', 'multipart/form-data', 'multipart/form-data; boundary=b', 'multipart/form-data; boundary="', ''],
  ...['application/x-www-form-urlencoded', 'application/octet-stream', 'image/png', 'application/problem+json', '*/*'],
  ...['application/json, text/plain', ';', 'a/b/c', 'application/json;charset', 'multipart/mixed; boundary=b'],
)

const oddHeader = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      'x-request-id',
      'traceparent',
      'tracestate',
      'origin',
      'authorization',
      'cookie',
      'accept',
      'range',
    ),
    fc.oneof(fc.string({ maxLength: 40 }).map(printable), fc.constantFrom('', '*', 'null', 'Bearer ', 'bytes=0-')),
  ),
  fc.constantFrom<[string, string]>(
    ['access-control-request-method', 'PUT'],
    ['access-control-request-headers', 'x-a, \u00e4'],
    ['content-encoding', 'gzip'],
    ['expect', '100-continue'],
    ['expect', 'nonsense'],
    ['upgrade', 'websocket'],
    ['x-forwarded-for', '1.1.1.1, nonsense, ::1'],
    ['x-http-method-override', 'DELETE'],
    ['last-event-id', '-1'],
    ['if-none-match', '*'],
    ['__proto__', 'x'],
    ['x-long', 'a'.repeat(20_000)],
  ),
)

/** What a header may hold. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '')
}

const deep = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth)

const part = (head: string, body: string): string => `--b\r\ncontent-disposition: form-data; ${head}\r\n\r\n${body}\r\n`

const body = fc.oneof(
  fc.constant(''),
  fc.json({ maxDepth: 4 }),
  fc.string({ maxLength: 60 }),
  fc.record({ name: fc.anything({ maxDepth: 2 }), age: fc.anything({ maxDepth: 1 }) }).map((value) => jsonOf(value)),
  fc.constantFrom(
    ...[
      '{',
      '[',
      '"',
      'nul',
      '{"a":1,}',
      '{"name":"a","age":1e999}',
      '{"name":"a","age":1}',
      '{"name":"\\ud800","age":1}',
    ],
    ...['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}', '{"\\u005f_proto__":{"a":1}}'],
    ...[deep('[', ']', 10_000), deep('{"a":', '}', 10_000), '1'.repeat(10_000), ' '.repeat(10_000), '\u0000'],
    ...[
      part('name="title"', 'T'),
      `${part('name="title"', 'T')}--b--`,
      `${part('name="f"; filename="../../x"', 'T')}--b--`,
    ],
    ...['--b--', '--b', 'name=a&age=1', 'name=%zz&age=1', '__proto__=1&a[__proto__]=2', '\ufeff{}'],
  ),
)

function jsonOf(value: unknown): string {
  try {
    return String(JSON.stringify(value))
  } catch {
    // A value that has no JSON form; no body is as good as any.
    return ''
  }
}

const framing = fc.oneof(
  { weight: 8, arbitrary: fc.constant('right' as const) },
  { weight: 1, arbitrary: fc.constantFrom('chunked', 'long', 'short', 'none') },
  { weight: 1, arbitrary: fc.constantFrom('negative', 'twice', 'both', 'bad-chunk') },
)

type Framing = 'right' | 'chunked' | 'long' | 'short' | 'none' | 'negative' | 'twice' | 'both' | 'bad-chunk'

/** The headers that say how long a body is, and the body on the wire. */
function framed(
  how: Framing,
  bytes: Buffer,
): { readonly headers: string; readonly wire: Buffer; readonly isLegal: boolean } {
  const length = (value: number): string => `content-length: ${String(value)}\r\n`
  const chunks = Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n0\r\n\r\n')])
  const chunked = 'transfer-encoding: chunked\r\n'
  switch (how) {
    case 'right':
      return { headers: bytes.length === 0 ? '' : length(bytes.length), wire: bytes, isLegal: true }
    case 'chunked':
      return { headers: chunked, wire: bytes.length === 0 ? Buffer.from('0\r\n\r\n') : chunks, isLegal: true }
    case 'long':
      return { headers: length(bytes.length + 10), wire: bytes, isLegal: false }
    case 'short':
      return { headers: length(Math.max(0, bytes.length - 1)), wire: bytes, isLegal: false }
    case 'none':
      return { headers: '', wire: bytes, isLegal: false }
    case 'negative':
      return { headers: length(-1), wire: bytes, isLegal: false }
    case 'twice':
      return { headers: length(bytes.length) + length(bytes.length + 1), wire: bytes, isLegal: false }
    case 'both':
      return { headers: length(bytes.length) + chunked, wire: chunks, isLegal: false }
    case 'bad-chunk':
      return { headers: chunked, wire: Buffer.from('zz\r\nabc'), isLegal: false }
  }
}

/** Requests that HTTP allows, about things that operations may not, and a few that are framed wrongly. */
export const structured: fc.Arbitrary<WireRequest> = fc
  .record({ method: methods, path, query, contentType, odd: fc.array(oddHeader, { maxLength: 3 }), body, framing })
  .map((request) => {
    const { headers, wire, isLegal } = framed(request.framing, Buffer.from(request.body, 'utf8'))
    const odd = request.odd.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const target = (request.path + request.query).replace(/[^\x21-\x7e]/g, '')
    const head = `${request.method} ${target} HTTP/1.1\r\nhost: a\r\ncontent-type: ${request.contentType}\r\n${odd}${headers}\r\n`
    const isShort = Buffer.byteLength(head) < 14_000
    return { bytes: Buffer.concat([Buffer.from(head, 'latin1'), wire]), isLegal: isLegal && isShort }
  })

const targets = fc.constantFrom<[string, string, string]>(
  ['PUT', '/users/7', 'application/json'],
  ['POST', '/users', 'application/json; charset=utf-8'],
  ['POST', '/search', 'application/json'],
  ['POST', '/search', 'application/x-www-form-urlencoded'],
  ['POST', '/forms', 'multipart/form-data; boundary=b'],
  ['PUT', '/bytes', 'application/octet-stream'],
)

/** Requests that some operation takes, with a body that it takes or not. */
export const plausible: fc.Arbitrary<WireRequest> = fc
  .tuple(targets, body, fc.constantFrom<Framing>('right', 'right', 'chunked', 'long'))
  .map(([[method, target, type], text, how]) => {
    const { headers, wire, isLegal } = framed(how, Buffer.from(text, 'utf8'))
    const head = `${method} ${target} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer x\r\ncontent-type: ${type}\r\n${headers}\r\n`
    return { bytes: Buffer.concat([Buffer.from(head), wire]), isLegal }
  })

const garbage = fc.uint8Array({ maxLength: 200 })

/** Bytes that are no HTTP, or begin as if they were. */
export const raw: fc.Arbitrary<WireRequest> = fc
  .oneof(
    garbage.map((bytes) => Buffer.from(bytes)),
    fc.tuple(structured, fc.nat(400)).map(([{ bytes }, length]) => Buffer.from(bytes).subarray(0, length)),
    fc.tuple(structured, structured).map(([one, two]) => Buffer.concat([one.bytes, two.bytes])),
    fc.tuple(structured, garbage, fc.nat(60)).map(([{ bytes }, noise, at]) => {
      return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)])
    }),
    fc
      .constantFrom(
        'GET / HTTP/1.0\r\n\r\n',
        'GET / HTTP/9.9\r\n\r\n',
        'GET http://b/users/7 HTTP/1.1\r\nhost: a\r\n\r\n',
      )
      .map((text) => Buffer.from(text)),
    fc
      .constantFrom('CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n', 'GET  / HTTP/1.1\r\n\r\n', '\r\n\r\n', 'GET\r\n')
      .map((text) => Buffer.from(text)),
  )
  .map((bytes) => ({ bytes, isLegal: false }))
