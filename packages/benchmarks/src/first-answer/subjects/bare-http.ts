import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { announce, answered } from '../announce.js'

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ id: 1 }))
  answered()
})
server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port))
