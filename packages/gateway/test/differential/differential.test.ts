import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import express, { Router } from 'express'
import { restModule, serve } from '../support/serve.js'
import { answersIn, type Answer } from './answers.js'
import { watchingApplication } from './application.js'
import { conversations, request, type Conversation } from './requests.js'

/** One application twice: mounted on a gateway, and on a server of Node's own. */
interface Side {
  readonly port: number
  readonly notes: string[]
  stop(): Promise<void>
}

async function onGateway(hasMiddleware: boolean): Promise<Side> {
  const notes: string[] = []
  const served = await serve({ modules: [restModule('app', (rest) => rest.mount('/app', watchingApplication(notes)))] })
  if (hasMiddleware) served.gateway.use((_request, _response, next) => next())
  return { port: served.port, notes, stop: () => served[Symbol.asyncDispose]() }
}

async function onNode(hasMiddleware: boolean): Promise<Side> {
  const notes: string[] = []
  const app = express().disable('x-powered-by')
  if (hasMiddleware) app.use(Router().use((_request, _response, next) => next()))
  app.use('/app', watchingApplication(notes))
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = async (): Promise<void> => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return { port: (server.address() as AddressInfo).port, notes, stop }
}

/** What comes back on a connection until the server closes it. */
async function talk({ port }: Side, { bytes, methods, isHalfClosed }: Conversation): Promise<Answer[]> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => undefined)
  socket.write(bytes, 'latin1')
  if (isHalfClosed) socket.end()
  await once(socket, 'close')
  return answersIn(Buffer.concat(chunks).toString('latin1'), methods).map(withoutOwnText)
}

/** What never became a request, the gateway answers with a problem, and Node with nothing: what counts is that it is refused. */
function withoutOwnText(answer: Answer): Answer {
  const isRefusal =
    /^HTTP\/1\.1 (?:400|408|413|431) /.test(answer.status) && answer.headers.includes('connection: close')
  return isRefusal ? { status: answer.status.slice(0, 12), headers: [], framing: 'none', body: '' } : answer
}

describe.each([
  ['a mount', false],
  ['a mount behind middleware', true],
])('%s is to its clients what it is on a server of Node’s own', (_name, hasMiddleware) => {
  let gateway: Side
  let node: Side

  beforeAll(async () => {
    gateway = await onGateway(hasMiddleware)
    node = await onNode(hasMiddleware)
  })

  afterAll(async () => {
    await gateway.stop()
    await node.stop()
  })

  async function expectTheSame(conversation: Conversation): Promise<void> {
    const [ours, theirs] = await Promise.all([talk(gateway, conversation), talk(node, conversation)])
    expect({ conversation: conversation.name, answers: ours }).toEqual({
      conversation: conversation.name,
      answers: theirs,
    })
  }

  test.each(conversations.map((conversation) => [conversation.name, conversation] as const))(
    '%s',
    async (_, conversation) => {
      await expectTheSame(conversation)
    },
  )

  test('its listeners hear the same, in the same order and in the same asynchronous context', async () => {
    const watched = [
      'GET /text',
      'POST /text',
      'POST /count',
      'POST /pipe',
      'POST /json',
      'GET /chunks',
      'HEAD /text',
    ].flatMap((line) =>
      ['', 'hi', 'x'.repeat(100_000)].map((body): Conversation => {
        const head = [
          'x-watch: 1',
          'connection: close',
          'content-type: application/json',
          `content-length: ${String(body.length)}`,
        ]
        return {
          name: line,
          bytes: request(line, head, body),
          methods: [line.slice(0, line.indexOf(' '))],
          isHalfClosed: false,
        }
      }),
    )
    for (const conversation of watched) await expectTheSame(conversation)
    await gateway.stop()
    await node.stop()
    expect(gateway.notes.length).toBeGreaterThan(watched.length * 4)
    expect(gateway.notes).toEqual(node.notes)
  })
})
