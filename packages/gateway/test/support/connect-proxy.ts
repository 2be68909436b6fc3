import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** How long a connection may wait for somebody to take it. */
const PATIENCE_MS = 30_000
const RETRY_MS = 10

/** A proxy of connections that tries another server, or the same again, as long as nobody has taken the connection. */
export class ConnectProxy implements AsyncDisposable {
  /** The ports to try, in this order. */
  ports: readonly number[] = []
  readonly #server: Server

  constructor() {
    this.#server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (client) => void this.#forward(client))
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  async #forward(client: Socket): Promise<void> {
    client.on('error', () => undefined)
    const until = performance.now() + PATIENCE_MS
    while (performance.now() < until) {
      for (const port of this.ports) {
        const upstream = await connected(port)
        if (upstream === undefined) continue
        upstream.on('error', () => client.destroy())
        client.on('error', () => upstream.destroy())
        upstream.pipe(client)
        client.pipe(upstream)
        return
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
    client.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

function connected(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const refused = (): void => resolve(undefined)
    socket.once('error', refused)
    socket.once('connect', () => {
      socket.off('error', refused)
      resolve(socket)
    })
  })
}
