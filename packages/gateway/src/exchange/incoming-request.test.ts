import { once } from 'node:events'
import { createServer, request, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { finished } from 'node:stream/promises'
import { describe, expect, test } from '@jest/globals'
import { IncomingRequest } from './incoming-request.js'

/** What a request has told anybody, in order. */
class WatchedRequest extends IncomingRequest {
  readonly told: (string | symbol)[] = []

  override emit(event: string | symbol, ...values: unknown[]): boolean {
    this.told.push(event)
    return super.emit(event, ...values)
  }
}

/** The events of a request, once the next one over the same connection has been answered. */
async function eventsOf(
  serve: (...exchange: Parameters<RequestListener<typeof WatchedRequest>>) => void,
  body = '',
): Promise<readonly (string | symbol)[]> {
  const requests: WatchedRequest[] = []
  const server = createServer({ IncomingMessage: WatchedRequest }, (request, response) => {
    requests.push(request)
    serve(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await post(server.address() as AddressInfo, body)
    await post(server.address() as AddressInfo, body)
    return requests[0]?.told ?? []
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

function endsIn(events: readonly (string | symbol)[]): readonly (string | symbol)[] {
  return events.filter((event) => event === 'end' || event === 'close')
}

/** Node's parser of a connection, which its types do not know of. */
function parserOf({ socket }: IncomingRequest): { readonly incoming: unknown } {
  return (socket as unknown as { readonly parser: { readonly incoming: unknown } }).parser
}

async function post({ port }: AddressInfo, body: string): Promise<void> {
  const sent = request({ port, host: '127.0.0.1', method: 'POST' }).end(body)
  const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream]
  await finished(response.resume())
}

describe('a request that nobody reads', () => {
  test('does not end in events that nobody listens to', async () => {
    expect(endsIn(await eventsOf((_request, response) => response.end('answer')))).toEqual([])
  })

  test('is let go once it is answered, and not only when the next one comes', async () => {
    const parsed: unknown[] = []
    await eventsOf((request, response) => {
      response.once('close', () => parsed.push(parserOf(request).incoming, request.readableEnded))
      response.end('answer')
    })
    expect(parsed).toEqual([null, true, null, true])
  })

  test('ends for whoever listens', async () => {
    let isClosed = false
    const events = await eventsOf((request, response) => {
      request.once('close', () => (isClosed = true))
      response.end('answer')
    })
    expect(endsIn(events)).toEqual(['end', 'close'])
    expect(isClosed).toBe(true)
  })

  test('flows away where it has not come whole', async () => {
    expect(await eventsOf((_request, response) => response.end('answer'), 'body'.repeat(50_000))).toContain('end')
  })

  test('ends for nobody where its body went to a receiver', async () => {
    const events = await eventsOf((request, response) => {
      request.receive({ add: () => true, end: () => response.end('answer'), fail: () => response.destroy() })
    }, 'body')
    expect(endsIn(events)).toEqual([])
  })
})

test('a request that nobody read ends for whoever begins to listen after its answer', async () => {
  let late: Promise<unknown> = Promise.reject(new Error('The answer was not over.'))
  late.catch(() => undefined)
  const events = await eventsOf((request, response) => {
    response.once('close', () => {
      late = Promise.all([
        finished(request),
        new Promise<void>((resolve) => void request.addListener('close', resolve)),
      ])
    })
    response.end('answer')
  })
  await late
  expect(endsIn(events)).toEqual(['end', 'close'])
})
