/** What is sent on one connection, and the methods of the requests that are in it. */
export interface Conversation {
  readonly name: string
  readonly bytes: string
  readonly methods: readonly string[]
  /** Whether the client ends its side once it has said all. */
  readonly isHalfClosed: boolean
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']
const PATHS = ['/text', '/empty', '/unchanged', '/chunks', '/closing', '/early', '/trailers', '/facts', '/nothing']

/** Behind every conversation: whether it is answered says whether the connection stayed, and in step. */
const LAST = 'GET /app/text HTTP/1.1\r\nhost: last\r\nconnection: close\r\n\r\n'

function conversation(name: string, requests: readonly string[]): Conversation {
  const methods = [...requests, LAST].map((text) => text.trimStart().split(' ', 1)[0] ?? '')
  return { name, bytes: requests.join('') + LAST, methods, isHalfClosed: false }
}

/** A request below the mount; `head` are lines of its head, besides its host. */
export function request(line: string, head: readonly string[] = [], body = ''): string {
  const [method = '', path = '', version = 'HTTP/1.1'] = line.split(' ')
  return [`${method} /app${path} ${version}`, 'host: a', ...head, '', body].join('\r\n')
}

const answers = METHODS.flatMap((method) =>
  PATHS.map((path) => conversation(`${method} ${path}`, [request(`${method} ${path}`)])),
)

const versions = ['HTTP/1.0', 'HTTP/1.1'].flatMap((version) =>
  ['keep-alive', 'close', 'Keep-Alive, Upgrade', 'TE', ''].flatMap((connection) =>
    ['/text', '/chunks', '/empty'].map((path) =>
      conversation(`${version} ${connection} ${path}`, [
        request(`GET ${path} ${version}`, connection === '' ? [] : [`connection: ${connection}`]),
      ]),
    ),
  ),
)

const FRAMINGS: readonly (readonly [head: readonly string[], body: string])[] = [
  [['content-length: 5'], 'hello'],
  [['content-length: 0'], ''],
  [['content-length: 05'], 'hello'],
  [['content-length:5 '], 'hello'],
  [['Content-Length: 5', 'content-length: 5'], 'hello'],
  [['content-length: 5', 'content-length: 6'], 'hello!'],
  [['content-length: 5, 5'], 'hello'],
  [['content-length: +5'], 'hello'],
  [['content-length: -5'], 'hello'],
  [['content-length: 0x5'], 'hello'],
  [['content-length: 5 5'], 'hello'],
  [['content-length : 5'], 'hello'],
  [['content-length: 99999999999999999999'], 'hello'],
  [['content-length: '], ''],
  [['transfer-encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n'],
  [['transfer-encoding: chunked', 'trailer: x-sum'], '5\r\nhello\r\n0\r\nx-sum: 5\r\n\r\n'],
  [['transfer-encoding: chunked'], '5;name=value\r\nhello\r\n0\r\n\r\n'],
  [['transfer-encoding: chunked'], '5 \r\nhello\r\n0\r\n\r\n'],
  [['transfer-encoding: chunked'], '5\nhello\n0\n\n'],
  [['transfer-encoding: chunked'], '5\r\nhelloX\r\n0\r\n\r\n'],
  [['transfer-encoding: chunked'], '0x5\r\nhello\r\n0\r\n\r\n'],
  [['transfer-encoding: chunked'], '-5\r\nhello\r\n0\r\n\r\n'],
  [['transfer-encoding: chunked'], 'fffffffffffffffff\r\nhello\r\n0\r\n\r\n'],
  [['transfer-encoding: chunked'], '0\r\n\r\n'],
  [['transfer-encoding: chunked', 'content-length: 5'], '5\r\nhello\r\n0\r\n\r\n'],
  [['content-length: 5', 'transfer-encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n'],
  [['transfer-encoding: chunked, identity'], 'hello'],
  [['transfer-encoding: identity, chunked'], '5\r\nhello\r\n0\r\n\r\n'],
  [['transfer-encoding: xchunked'], '5\r\nhello\r\n0\r\n\r\n'],
  [['transfer-encoding: gzip, chunked'], '5\r\nhello\r\n0\r\n\r\n'],
  [['transfer-encoding:\tchunked'], '5\r\nhello\r\n0\r\n\r\n'],
  [['transfer-encoding: chunked', 'transfer-encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n'],
  [['transfer-encoding\t: chunked'], '5\r\nhello\r\n0\r\n\r\n'],
  [['x: a\r\n folded', 'content-length: 5'], 'hello'],
  [['x: a\ncontent-length: 5'], 'hello'],
  [['x: a\rcontent-length: 5'], 'hello'],
  [['x: a\0b', 'content-length: 5'], 'hello'],
  [[' x: a', 'content-length: 5'], 'hello'],
  [['expect: 100-continue', 'content-length: 5'], 'hello'],
  [['expect: 100-CONTINUE', 'content-length: 5'], 'hello'],
]

const framed = FRAMINGS.flatMap(([head, body]) =>
  ['/count', '/pipe', '/text'].map((path) =>
    conversation(`POST ${path} ${JSON.stringify(head)}`, [request(`POST ${path}`, head, body)]),
  ),
)

const long = [1_000, 8_000, 15_000, 17_000, 70_000].flatMap((length) => [
  conversation(`a path of ${String(length)}`, [request(`GET /nothing/${'a'.repeat(length)}`)]),
  conversation(`a header of ${String(length)}`, [request('GET /text', [`x: ${'a'.repeat(length)}`])]),
])

const others = [
  conversation('many headers', [
    request(
      'GET /text',
      Array.from({ length: 1_500 }, (_, at) => `x${String(at)}: 1`),
    ),
  ]),
  conversation('an upgrade', [request('GET /text', ['connection: upgrade', 'upgrade: websocket'])]),
  conversation('an upgrade with a body', [
    request('POST /count', ['connection: upgrade', 'upgrade: h2c', 'content-length: 2'], 'hi'),
  ]),
  conversation(
    'a row',
    [...PATHS, ...PATHS].map((path) => request(`GET ${path}`)),
  ),
  conversation('a row of bodies', [
    request('POST /count', ['content-length: 2'], 'hi'),
    request('POST /pipe', ['content-length: 2'], 'ho'),
  ]),
  conversation('a row with HEAD', [
    request('HEAD /text'),
    request('GET /chunks'),
    request('HEAD /chunks'),
    request('GET /empty'),
  ]),
  conversation('line ends before it', [`\r\n\r\n${request('GET /text')}`]),
  conversation('JSON', [request('POST /json', ['content-type: application/json', 'content-length: 7'], '{"a":1}')]),
  conversation('a body of 200 kB', [request('POST /count', ['content-length: 200000'], 'x'.repeat(200_000))]),
  conversation('a body of 200 kB that nobody reads', [
    request('POST /text', ['content-length: 200000'], 'x'.repeat(200_000)),
  ]),
]

const beginnings = [
  request('GET /text'),
  request('GET /chunks'),
  'GET /app/te',
  'GET /app/text HTTP/1.1\r\nhos',
  '\r\n',
]

const halves = beginnings.map((bytes): Conversation => ({
  name: `no more than ${JSON.stringify(bytes)}`,
  bytes,
  methods: ['GET'],
  isHalfClosed: true,
}))

export const conversations: readonly Conversation[] = [
  ...answers,
  ...versions,
  ...framed,
  ...long,
  ...others,
  ...halves,
]
