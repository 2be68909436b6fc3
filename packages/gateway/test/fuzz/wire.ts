import { connect } from 'node:net'

/** How long a server may keep a connection whose client has said all it will. */
const LIMIT_MS = 20_000

/** What came back for some bytes. */
export interface WireAnswer {
  readonly text: string
  /** Whether the server closed the connection in time. */
  readonly closed: boolean
}

/** Sends bytes as they are, says that no more will come, and waits for what the server makes of it. */
export function onTheWire(port: number, bytes: Uint8Array): Promise<WireAnswer> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    const answer = (closed: boolean): void => resolve({ text: Buffer.concat(chunks).toString('latin1'), closed })
    socket.setTimeout(LIMIT_MS, () => {
      answer(false)
      socket.destroy()
    })
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    // A server that refuses may cut the connection while we still write: what it said before counts.
    socket.on('error', () => undefined)
    socket.on('close', () => answer(true))
    socket.end(bytes)
  })
}

export interface WireResponse {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

const HEAD = /HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n/g

/** The responses in what came back, roughly: the bodies of pipelined ones may run into each other. */
export function responsesIn(text: string): WireResponse[] {
  const heads = [...text.matchAll(HEAD)]
  return heads.map((head, index) => {
    const [all, status = '', headers = ''] = head
    const start = head.index + all.length
    const contentType = /^content-type: (.*)$/im.exec(headers)?.[1] ?? ''
    return { status: Number(status), contentType, body: text.slice(start, heads[index + 1]?.index) }
  })
}
