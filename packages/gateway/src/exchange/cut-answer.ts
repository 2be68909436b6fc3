import type { ServerResponse } from 'node:http'

/** Cuts the connection of an answer that will not be whole, so that its client knows. */
export function cutAnswer(response: ServerResponse): void {
  const { socket, req } = response
  // HTTP/1.0 knows no chunks: there an answer is whole when its connection ends in any other way.
  const isReset = req.httpVersion === '1.0' && socket?.remotePort !== undefined && !('encrypted' in socket)
  if (isReset) socket.resetAndDestroy()
  else response.destroy()
}
