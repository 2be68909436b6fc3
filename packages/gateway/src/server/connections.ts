import type { Server, Socket } from 'node:net'

/** The connections of a server, and on which of them nothing has come yet. */
export class Connections {
  /** Of the network: of TLS, what lies below it. */
  readonly #open = new Set<Socket>()
  readonly #fresh = new Set<Socket>()
  #taken = 0
  #isClosed = false

  /** @param speaks the event by which the server says that requests can come */
  constructor(server: Server, speaks: 'connection' | 'secureConnection') {
    server.on('connection', (socket: Socket) => {
      this.#taken++
      if (this.#isClosed) socket.destroy()
      keepWhileOpen(socket, this.#open)
    })
    server.on(speaks, (socket: Socket) => keepWhileOpen(socket, this.#fresh))
  }

  /** How many there have been. */
  get taken(): number {
    return this.#taken
  }

  /** A request has come. */
  used(socket: Socket): void {
    if (this.#fresh.size > 0) this.#fresh.delete(socket)
  }

  /** Closes those on which nothing has come. */
  closeFresh(): void {
    for (const socket of this.#fresh) socket.destroy()
  }

  /** Closes all that there are, and those that come yet. */
  closeAll(): void {
    this.#isClosed = true
    for (const socket of this.#open) socket.destroy()
  }
}

function keepWhileOpen(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
}
