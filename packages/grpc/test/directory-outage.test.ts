import { randomUUID } from 'node:crypto'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { HostError } from '@modkit/core'
import { FakeClock, type ServiceEndpoint } from '@modkit/core/spi'
import { expect, test } from '@jest/globals'
import { GrpcDirectoryClient } from '../src/index.js'
import { BRIDGE_MS } from '../src/directory/remote-watch.js'
import { secret, startDirectory } from './directory-fixture.js'
import { rejection } from './deferred.js'
import { createSocketPath } from './hub-fixture.js'

const service = 'calculator.v1.Calculator'

const instanceAt = (port: number) => ({
  module: 'calculator',
  instanceId: randomUUID(),
  services: { [service]: `http://127.0.0.1:${String(port)}` },
  ready: true,
})

async function next(watch: AsyncIterator<readonly ServiceEndpoint[]>): Promise<readonly string[]> {
  const { value } = (await watch.next()) as { value: readonly ServiceEndpoint[] }
  return value.map(({ endpoint }) => endpoint)
}

test('a directory that nobody keeps ends a call at its deadline, with what to look for', async () => {
  await using socket = await createSocketPath()
  using client = new GrpcDirectoryClient({ endpoint: `unix://${socket.path}`, token: secret, timeoutMs: 100 })
  const failure = await rejection(client.resolveGrpcService(service))
  expect(HostError.find(failure, 'DIRECTORY_UNAVAILABLE')).toMatchObject({
    details: { endpoint: `unix://${socket.path}`, reason: 'no connection within 100 ms' },
    hint: expect.stringContaining('MODKIT_DIRECTORY_ENDPOINT'),
  })
})

test('a directory that accepts connections and says nothing ends a call at its deadline, too', async () => {
  const sockets: Socket[] = []
  const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  using client = new GrpcDirectoryClient({ endpoint: `http://127.0.0.1:${String(port)}`, timeoutMs: 100 })
  await expect(client.listInstances('calculator')).rejects.toMatchObject({
    code: expect.stringMatching(/DIRECTORY_UNAVAILABLE|DEADLINE_EXCEEDED/),
  })
  for (const socket of sockets) socket.destroy()
  silent.close()
})

test('a call that is given up ends at once, although there is no directory', async () => {
  await using socket = await createSocketPath()
  using client = new GrpcDirectoryClient({ endpoint: `unix://${socket.path}` })
  const giveUp = new AbortController()
  const call = client.resolveGrpcService(service, { signal: giveUp.signal })
  const reason = new Error('no longer needed')
  giveUp.abort(reason)
  await expect(call).rejects.toBe(reason)
})

test.each(['', 'localhost:50051', 'grpc://127.0.0.1:1', 'http://127.0.0.1:0'])(
  '"%s" is not where a directory is',
  (endpoint) => {
    expect(() => new GrpcDirectoryClient({ endpoint })).toThrow('The directory cannot read the request')
  },
)

test('calls, and those who watch, find a directory that comes up after them', async () => {
  await using socket = await createSocketPath()
  using client = new GrpcDirectoryClient({ endpoint: `unix://${socket.path}`, token: secret, timeoutMs: 15_000 })
  const watch = client.watchService(service)
  const first = next(watch)
  const registered = client.registerInstance(instanceAt(1))
  await using _directory = await startDirectory({ listen: `unix://${socket.path}` })
  await registered
  const seen = await first
  if (seen.length === 0) expect(await next(watch)).toEqual(['http://127.0.0.1:1'])
  else expect(seen).toEqual(['http://127.0.0.1:1'])
  await watch.return()
})

test('what was known stands while the directory is down, and beside what it says until everybody had time to come back', async () => {
  await using socket = await createSocketPath()
  const listen = `unix://${socket.path}`
  const clock = new FakeClock()
  const [one, other] = [instanceAt(1), instanceAt(2)]
  const lines: string[] = []
  const note = (message: string): void => void lines.push(message)
  const logger = { trace: note, debug: note, info: note, warn: note, error: note, child: () => logger }
  using client = new GrpcDirectoryClient({ endpoint: listen, token: secret, clock, logger })
  const watch = client.watchService(service)
  const before = await startDirectory({ listen })
  await before.local.registerInstance(one)
  await before.local.registerInstance(other)
  await expect(next(watch)).resolves.toEqual(['http://127.0.0.1:1', 'http://127.0.0.1:2'])
  let last: readonly string[] | undefined
  const following = (async () => {
    for await (const endpoints of watch) last = endpoints.map(({ endpoint }) => endpoint)
  })()
  /** Time goes on, and with it attempts, until `isSo`. */
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await clock.advance(10)
  }
  await before[Symbol.asyncDispose]()
  await until(() => lines.length > 0)
  expect(lines).toEqual(['Directory cannot be watched; its last answer stands meanwhile'])
  await using after = await startDirectory({ listen })
  const moved = { ...one, services: { [service]: 'http://127.0.0.1:3' } }
  await after.local.registerInstance(moved)
  await until(() => last !== undefined)
  await until(() => last?.includes('http://127.0.0.1:3') === true)
  expect(last).toEqual(['http://127.0.0.1:3', 'http://127.0.0.1:2'])
  await clock.advance(BRIDGE_MS)
  expect(last).toEqual(['http://127.0.0.1:3'])
  expect(lines.slice(1)).toEqual(['Directory is watched again'])
  client.close()
  await following
})
