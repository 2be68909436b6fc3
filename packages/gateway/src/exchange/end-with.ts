import { ServerResponse } from 'node:http'

/**
 * Ends a response, whose head has been given and names the length, with its body.
 *
 * A text leaves in one piece with the head, and before the response is ended: what `end` is given itself leaves gathered from
 * pieces, the last of them empty, and for a short answer that is felt. Where somebody has put themselves in between, as what
 * compresses does, and what saves a session before the client may go on, or where it is not yet this response's turn on its
 * connection, `end` gets it.
 *
 * @param byteLength of the body in UTF-8
 */
export function endWith(response: ServerResponse, body: string | Uint8Array, byteLength: number): void {
  const { socket } = response
  const plain = ServerResponse.prototype
  const isPlain = response.write === plain.write && response.end === plain.end
  if (!isPlain || socket === null || typeof body !== 'string' || response.req.method === 'HEAD') {
    response.end(body)
    return
  }
  // What is written first Node would hold back until the next turn, unless somebody else holds it back already.
  socket.cork()
  // A text of as many bytes as characters is ASCII, and as such it is written without being encoded.
  response.write(body, byteLength === body.length ? 'latin1' : 'utf8')
  socket.uncork()
  response.end()
}
