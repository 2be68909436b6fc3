import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  authenticatorKey,
  clientKey,
  createHost,
  defineModule,
  type Authenticator,
  type ClientKey,
  type Host,
  type ModuleCtx,
  type RestApi,
} from '@modkit/core'
import { currentRequest, silentLogger } from '@modkit/core/spi'
import { ApiGateway } from '@modkit/gateway'
import { GrpcHub, serveClient, type CallContext } from '@modkit/grpc'
import * as z from 'zod'

interface Seen {
  readonly subject: string
  readonly traceparent: string
}

interface Mirror {
  look(request: object, context?: Partial<CallContext>): Promise<Seen>
}

const proto = `syntax = "proto3";
package mirror.v1;
message Nothing {}
message Seen { string subject = 1; string traceparent = 2; }
service Mirror { rpc Look(Nothing) returns (Seen); }
`

const secret = 'secret-of-the-operator-of-both'
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'

let directory: string
let mirrorClient: ClientKey<Mirror>
let front: Host
let back: Host
let address: string

/** Whose tokens are their names. */
const authenticator: Authenticator = {
  authenticate: ({ headers }) => {
    const subject = String(headers.authorization ?? '').replace('Bearer ', '')
    return subject === '' ? null : { subject, scopes: ['look'] }
  },
}

const provider = defineModule(
  { name: 'tokens', provides: [authenticatorKey] },
  class {
    init(ctx: ModuleCtx): void {
      ctx.clients.register(authenticatorKey, authenticator)
    }
  },
)

/** Asks the other process who is calling. */
function asking() {
  return defineModule(
    { name: 'asking', capabilities: ['rest'] },
    class {
      registerRest(ctx: ModuleCtx, rest: RestApi): void {
        const Answer = z.object({ subject: z.string(), traceparent: z.string() })
        const look = (): Promise<Seen> => ctx.clients.get(mirrorClient).look({})
        rest.get('/asking/v1/known').authenticated().response(200, Answer).handle(look)
        rest.get('/asking/v1/anybody').public().response(200, Answer).handle(look)
      }
    },
  )
}

function mirror() {
  return defineModule(
    { name: 'mirror', capabilities: ['grpc'] },
    class {
      grpcServices() {
        return [
          serveClient(mirrorClient, {
            look: async (_request, context) => ({
              subject: context?.security?.subject ?? 'nobody',
              traceparent: currentRequest()?.traceparent ?? 'none',
            }),
          }),
        ]
      }
    },
  )
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'modkit-caller-'))
  await writeFile(join(directory, 'mirror.proto'), proto)
  const grpc = { proto: pathToFileURL(join(directory, 'mirror.proto')), service: 'mirror.v1.Mirror' }
  mirrorClient = clientKey<Mirror>('mirror', { grpc })
  const hub = (settings: object): object => ({ 'grpc-hub': { config: { listen_addr: '127.0.0.1:0', ...settings } } })
  front = createHost({
    modules: [ApiGateway, GrpcHub, provider, asking()],
    logger: silentLogger,
    config: {
      modules: {
        ...hub({ directory: { secrets: [secret] } }),
        'api-gateway': { config: { bind_addr: '127.0.0.1:0' } },
      },
    },
  })
  await front.start()
  address = front.module(ApiGateway).address ?? 'not bound'
  const endpoint = front.module(GrpcHub).boundEndpoint()
  back = createHost({
    modules: [GrpcHub, mirror()],
    logger: silentLogger,
    config: { modules: hub({ directory: { endpoint, token: secret } }) },
  })
  await back.start()
})

afterAll(async () => {
  await front.stop()
  await back.stop()
  await rm(directory, { recursive: true })
})

function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${address}/asking/v1/${path}`, { headers })
}

test('who is calling, and in which trace, is known in the process that the caller never spoke to', async () => {
  const traceparent = `00-${traceId}-00f067aa0ba902b7-01`
  const answer = await ask('known', { authorization: 'Bearer ada', traceparent })
  expect(answer.status).toBe(200)
  const seen = (await answer.json()) as Seen
  expect(seen.subject).toBe('ada')
  expect(seen.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`))
  expect(seen.traceparent).not.toBe(traceparent)
})

test('of a caller who need not say it nobody is known, and the trace that begins with the request goes on', async () => {
  const answer = await ask('anybody')
  const seen = (await answer.json()) as Seen
  expect(seen.subject).toBe('nobody')
  expect(seen.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
})

test('one caller is not taken for the other, however many call at once', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `caller-${String(index)}`)
  const answers = await Promise.all(names.map((name) => ask('known', { authorization: `Bearer ${name}` })))
  const seen = await Promise.all(answers.map(async (answer) => ((await answer.json()) as Seen).subject))
  expect(seen).toEqual(names)
})
