import { ServerResponse } from 'node:http'
import type { HeaderList } from './security-headers.js'

/**
 * Gives a response its head.
 *
 * Node takes a list of names and values in turn. Middleware that has put itself in between, as what compresses, keeps sessions
 * or logs does, may know nothing of that: it finds headers that are set, as whatever answers through Express sets them.
 */
export function writeHead(response: ServerResponse, status: number, list: HeaderList): void {
  if (response.writeHead === ServerResponse.prototype.writeHead) {
    writePlainHead(response, status, list)
    return
  }
  const seen = new Set<string>()
  for (let at = 0; at < list.length; at += 2) {
    const name = list[at] ?? ''
    const value = list[at + 1] ?? ''
    if (seen.has(name.toLowerCase())) response.appendHeader(name, value)
    else response.setHeader(name, value)
    seen.add(name.toLowerCase())
  }
  response.writeHead(status)
}

function writePlainHead(response: ServerResponse, status: number, list: HeaderList): void {
  try {
    response.writeHead(status, list as string[])
  } catch (error) {
    // Node may have settled already that no body follows: what is answered instead has to be the last on its connection, or the
    // client would take the next answer for the missing body.
    response.shouldKeepAlive = false
    throw error
  }
}
