import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Wire extends AsyncDisposable {
  /** What a client dials instead of the hub. */
  readonly endpoint: string
  /** As when a process dies: both ends hear of it. */
  cut(): void
  /** As when a machine is switched off: nothing comes through any more, and nobody says so. */
  hang(): void
}

/** A piece of network between client and hub that can break. */
export async function createWire(target: string): Promise<Wire> {
  const sockets: Socket[] = []
  const server = createServer((near) => {
    const far = connect(Number(new URL(target).port), '127.0.0.1')
    for (const socket of [near, far]) socket.on('error', () => undefined)
    near.pipe(far).pipe(near)
    sockets.push(near, far)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = (): void => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${String(port)}`,
    cut,
    hang: () => {
      for (const socket of sockets) socket.unpipe().pause()
    },
    [Symbol.asyncDispose]: () => {
      cut()
      return Promise.resolve()
    },
  }
}
