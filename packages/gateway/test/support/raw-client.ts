import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A client that sees the bytes of an answer as they come, and may stop to take them. */
export class RawClient implements Disposable {
  readonly socket: Socket
  /** Resolves with the code of the error, if there was one, when the connection is closed. */
  readonly closed: Promise<string | undefined>
  #text = ''
  #error: string | undefined

  /** Sends the head of a request, such as `GET /ticks HTTP/1.1`, with the headers that are given. */
  constructor(port: number, request: string, headers: readonly string[] = ['host: a']) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.on('error', ({ code }: NodeJS.ErrnoException) => (this.#error = code))
    this.socket.on('data', (chunk: Buffer) => (this.#text += chunk.toString('latin1')))
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve(this.#error)))
    this.send([request, ...headers, '', ''].join('\r\n'))
  }

  /** Everything that has come so far. */
  get text(): string {
    return this.#text
  }

  /** What has come after the head. */
  get body(): string {
    return this.#text.slice(this.#text.indexOf('\r\n\r\n') + 4)
  }

  send(text: string): void {
    this.socket.write(text)
  }

  /** Resolves once `text` has come. */
  async until(text: string): Promise<void> {
    while (!this.#text.includes(text)) {
      const end = await Promise.race([once(this.socket, 'data').then(() => undefined), this.closed.then(() => 'end')])
      if (end !== undefined && !this.#text.includes(text)) throw new Error(`"${text}" did not come: ${this.#text}`)
    }
  }

  /** Takes nothing any more until it {@link resume}s. */
  pause(): void {
    this.socket.pause()
  }

  resume(): void {
    this.socket.resume()
  }

  destroy(): void {
    this.socket.destroy()
  }

  [Symbol.dispose](): void {
    this.destroy()
  }
}
