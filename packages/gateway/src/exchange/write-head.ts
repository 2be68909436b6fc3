import { ServerResponse } from 'node:http'
import type { HeaderList } from './security-headers.js'

/**
 * Gives a response its head.
 *
 * Node takes a list of names and values in turn, but where headers are set already it sets those of the list, too, and of a name
 * that is repeated the last wins. Middleware that has put itself in between, as what compresses, keeps sessions or logs does, may
 * know nothing of lists: it finds headers that are set, as whatever answers through Express sets them.
 */
export function writeHead(response: ServerResponse, status: number, list: HeaderList): void {
  const isUntouched =
    response.writeHead === ServerResponse.prototype.writeHead && response.getHeaderNames().length === 0
  try {
    if (isUntouched) response.writeHead(status, list as string[])
    else setHeaders(response, list).writeHead(status)
  } catch (error) {
    // Node may have settled already that no body follows: what is answered instead has to be the last on its connection, or the
    // client would take the next answer for the missing body.
    response.shouldKeepAlive = false
    throw error
  }
}

/** In place of what is there, but for headers that say something besides: cookies, and by what an answer varies. */
function setHeaders(response: ServerResponse, list: HeaderList): ServerResponse {
  const seen = new Set(['set-cookie'])
  for (let at = 0; at < list.length; at += 2) {
    const name = (list[at] ?? '').toLowerCase()
    const value = list[at + 1] ?? ''
    if (name === 'vary') varyBy(response, value)
    else if (seen.has(name)) response.appendHeader(name, value)
    else response.setHeader(name, value)
    seen.add(name)
  }
  return response
}

function varyBy(response: ServerResponse, value: string): void {
  const present = namesIn([response.getHeader('vary') ?? []].flat().join())
  const known = new Set(present.map((name) => name.toLowerCase()))
  const added = namesIn(value).filter((name) => !known.has(name.toLowerCase()))
  response.setHeader('vary', [...present, ...added].join(', '))
}

function namesIn(value: string): readonly string[] {
  return value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
