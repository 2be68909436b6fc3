import type { ServerResponse } from 'node:http'

/** What describes a body, and would be a lie beside another one. */
const OF_A_BODY = [
  ...['content-disposition', 'content-encoding', 'content-language', 'content-location', 'content-range'],
  ...['etag', 'expires', 'last-modified', 'trailer', 'transfer-encoding'],
]

/** Takes back what has been said of an answer that will not come: another is given in its place. Before its head is sent. */
export function forgetAnswer(response: ServerResponse): void {
  response.statusMessage = ''
  if (response.getHeaderNames().length > 0) for (const name of OF_A_BODY) response.removeHeader(name)
}
