/** What a client makes of one answer. */
export interface Answer {
  readonly status: string
  /** In lower case, sorted, without what is different each time. */
  readonly headers: readonly string[]
  readonly framing: 'length' | 'chunks' | 'close' | 'none'
  readonly body: string
}

/** On every answer of a gateway, or different each time. */
const IGNORED = new Set([
  ...['date', 'x-request-id', 'x-content-type-options', 'x-frame-options', 'referrer-policy'],
  ...['content-security-policy', 'cross-origin-resource-policy'],
])

const BODILESS = /^HTTP\/1\.\d (?:1\d\d|204|304) /

/** Takes the bytes of a connection apart, as a client that asked with these methods does. */
export function answersIn(bytes: string, methods: readonly string[]): Answer[] {
  const answers: Answer[] = []
  let rest = bytes
  let finals = 0
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n')
    const [status = '', ...lines] = (end === -1 ? rest : rest.slice(0, end)).split('\r\n')
    const method = methods[finals]
    if (!/^HTTP\/1\.1 1\d\d /.test(status)) finals++
    const isBodiless = BODILESS.test(status) || method === 'HEAD'
    const [answer, after] = bodyOf(end === -1 ? '' : rest.slice(end + 4), lines, isBodiless)
    answers.push({ status, headers: comparable(lines), ...answer })
    rest = after
  }
  return answers
}

type Body = Pick<Answer, 'framing' | 'body'>

function bodyOf(bytes: string, lines: readonly string[], isBodiless: boolean): readonly [Body, string] {
  if (isBodiless) return [{ framing: 'none', body: '' }, bytes]
  const length = valueOf(lines, 'content-length')
  if (valueOf(lines, 'transfer-encoding') === 'chunked') return chunksOf(bytes)
  if (length === undefined) return [{ framing: 'close', body: bytes }, '']
  return [{ framing: 'length', body: bytes.slice(0, Number(length)) }, bytes.slice(Number(length))]
}

function chunksOf(bytes: string): readonly [Body, string] {
  let body = ''
  let rest = bytes
  for (;;) {
    const line = rest.indexOf('\r\n')
    const size = Number.parseInt(rest, 16)
    if (line === -1 || Number.isNaN(size)) return [{ framing: 'chunks', body: `${body} (cut)` }, '']
    if (size === 0) {
      const end = rest.indexOf('\r\n\r\n')
      return [{ framing: 'chunks', body: body + rest.slice(line + 2, end) }, rest.slice(end + 4)]
    }
    body += rest.slice(line + 2, line + 2 + size)
    rest = rest.slice(line + 4 + size)
  }
}

function valueOf(lines: readonly string[], name: string): string | undefined {
  const line = lines.find((text) => text.toLowerCase().startsWith(`${name}:`))
  return line?.slice(name.length + 1).trim()
}

function comparable(lines: readonly string[]): string[] {
  return lines
    .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const)
    .filter(([name]) => !IGNORED.has(name))
    .map(([name, value]) => `${name}: ${value}`)
    .sort()
}
