import { once } from 'node:events'
import { connect } from 'node:net'

/** Sends bytes as they are and resolves with everything that comes back until the server closes. */
export async function rawExchange(port: number, bytes: string | Uint8Array): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  // A server that refuses may cut the connection while we still write: what it said before counts.
  socket.on('error', () => undefined)
  socket.write(bytes)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('utf8')
}
