import { Client, credentials, Metadata, type MethodDefinition } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Host } from '@modkit/core'
import { systemClock } from '@modkit/core/spi'
import { CallSite } from '../src/client/call-site.js'
import type { Line } from '../src/client/line.js'
import { remoteMethod, type ClientMethod } from '../src/client/remote-calls.js'
import { dialTarget, loadService } from '../src/index.js'
import { probeGrpc } from './fixtures/probe.grpc.js'
import { rejection } from './deferred.js'
import { createProbeHost, endpointOf } from './probe-host.js'

let host: Host
let client: Client

beforeAll(async () => {
  host = await createProbeHost().start()
  client = new Client(dialTarget(endpointOf(host)), credentials.createInsecure())
})

afterAll(async () => {
  client.close()
  await host.stop()
})

/** Methods of the probe by their names, and the calls that they hold to be under way. */
function probeOver(): { readonly calls: Line['calls']; method(name: string): ClientMethod } {
  const calls: Line['calls'] = new Set()
  const line: Line = { client: () => client, metadata: () => new Metadata(), calls, cut: () => undefined }
  const definition = loadService(probeGrpc.proto, probeGrpc.service, probeGrpc)
  return {
    calls,
    method(name) {
      const method = definition[name] as MethodDefinition<unknown, unknown>
      return remoteMethod(new CallSite({ client: 'probe', method, deadlineMs: 10_000, clock: systemClock }), line)
    },
  }
}

async function readAll(messages: unknown): Promise<void> {
  for await (const _ of messages as AsyncIterable<unknown>);
}

test('a host that runs for long remembers no call that is over, however it ended', async () => {
  const { calls, method } = probeOver()
  const call = method('Open')({})
  expect(calls.size).toBe(1)
  await call
  expect(calls.size).toBe(0)
  await method('Sum')([{ value: 1n }])
  await readAll(method('Count')({ value: 3n }))
  const giveUp = new AbortController()
  const waiting = rejection(method('Wait')({}, { signal: giveUp.signal }) as Promise<unknown>)
  giveUp.abort(new Error('no longer needed'))
  await waiting
  await rejection(method('Fail')({ way: 'plain' }) as Promise<unknown>)
  expect(calls.size).toBe(0)
})

test.each([
  ['the service has said all', 3n, 10_000],
  ['its time is over', 0n, 500],
])('nor one whose reader stopped without a word, once %s', async (_when, value, afterMs) => {
  const { calls, method } = probeOver()
  const messages = method('Count')({ value }, { deadline: Date.now() + afterMs }) as AsyncIterator<unknown>
  await messages.next()
  while (calls.size > 0) await new Promise((resolve) => setImmediate(resolve))
  expect(calls.size).toBe(0)
})
