import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listening } from '../listening.js'
import { isNewUser } from '../users/is-new-user.js'
import { userStore } from '../users/users.js'

const USERS_PATH = '/users/v1/users'

/** What somebody would write who has no framework, and no more. */
const server = createServer((request, response) => {
  const { method, url = '/' } = request
  if (url === USERS_PATH) {
    if (method === 'GET') answer(response, 200, userStore.list())
    else if (method === 'POST') receive(request, response)
    else answer(response, 405, { error: 'method not allowed' })
  } else if (method === 'GET' && url.startsWith(`${USERS_PATH}/`)) {
    find(url.slice(USERS_PATH.length + 1), response)
  } else {
    answer(response, 404, { error: 'not found' })
  }
})

function find(text: string, response: ServerResponse): void {
  const id = Number(text)
  if (!Number.isInteger(id) || id < 1) {
    answer(response, 400, { error: 'the id is a whole number above 0' })
    return
  }
  const user = userStore.find(id)
  if (user) answer(response, 200, user)
  else answer(response, 404, { error: 'no such user' })
}

function receive(request: IncomingMessage, response: ServerResponse): void {
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => (text += chunk))
  request.on('end', () => create(text, response))
}

function create(text: string, response: ServerResponse): void {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    answer(response, 400, { error: 'not JSON' })
    return
  }
  if (isNewUser(body)) answer(response, 201, userStore.create(body))
  else answer(response, 422, { error: 'not a user' })
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) }
  response.writeHead(status, headers).end(text)
}

void listening(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // Bound to host and port, the server's address is an object.
  return (server.address() as AddressInfo).port
})
