import { connect, type Socket } from 'node:net'
import { AnswerReader } from './answer-reader.js'

const READ_BYTES = 64 * 1_024

/** A connection that is kept alive and has one request under way, or none. */
export class Connection {
  readonly #socket: Socket
  readonly #reader = new AnswerReader()
  readonly #onFailure: (error: Error) => void
  #onAnswer: (() => void) | undefined

  private constructor(port: number, onFailure: (error: Error) => void) {
    this.#onFailure = onFailure
    // One buffer for all that is read: nothing that is read is kept.
    const onread = { buffer: Buffer.allocUnsafe(READ_BYTES), callback: this.#read.bind(this) }
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true, onread })
    this.#socket.on('error', onFailure)
    this.#socket.on('end', () => onFailure(new Error('The server closed a connection that was to be kept.')))
  }

  /** Connected; whatever goes wrong later is told to `onFailure`. */
  static async open(port: number, onFailure: (error: Error) => void): Promise<Connection> {
    const connection = new Connection(port, onFailure)
    await new Promise<void>((resolve, reject) => {
      connection.#socket.once('connect', resolve)
      connection.#socket.once('error', reject)
    })
    return connection
  }

  send(request: Buffer, onAnswer: () => void): void {
    this.#onAnswer = onAnswer
    this.#socket.write(request)
  }

  close(): void {
    this.#socket.removeAllListeners('end')
    this.#socket.destroy()
  }

  #read(length: number, bytes: Uint8Array): boolean {
    try {
      // The buffer is the one that was given.
      if (!this.#reader.take(bytes as Buffer, length)) return true
    } catch (error) {
      this.#onFailure(error as Error)
      return true
    }
    const onAnswer = this.#onAnswer
    this.#onAnswer = undefined
    if (onAnswer) onAnswer()
    else this.#onFailure(new Error('An answer to nothing.'))
    return true
  }
}

/** Opens connections, lets `work` use them until it resolves, and closes them. Rejects with the first failure of any. */
export async function withConnections<T>(
  { port, count }: { readonly port: number; readonly count: number },
  work: (connections: readonly Connection[]) => Promise<T>,
): Promise<T> {
  let fail: (error: Error) => void = () => undefined
  const failure = new Promise<never>((_, reject) => (fail = reject))
  // It is awaited below, unless opening fails first.
  failure.catch(() => undefined)
  const connections: Connection[] = []
  try {
    for (let index = 0; index < count; index++) connections.push(await Connection.open(port, fail))
    return await Promise.race([work(connections), failure])
  } finally {
    for (const connection of connections) connection.close()
  }
}
