import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { status } from '@grpc/grpc-js'
import { HostError } from '@modkit/core'
import { describe, expect, test } from '@jest/globals'
import { CalculatorClient } from './calculator-client.js'
import { rejection } from './deferred.js'
import { calculatorWith, createHub, createSocketPath } from './hub-fixture.js'

const services = [calculatorWith()]

describe('over TCP', () => {
  test('the hub listens on a free port of the loopback, says where, and serves there', async () => {
    await using fixture = createHub({ services })
    expect(fixture.hub.boundEndpoint()).toBeUndefined()
    const endpoint = await fixture.start()
    expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/)
    expect(fixture.lines).toEqual([
      {
        level: 'info',
        message: `gRPC hub listens on ${endpoint}`,
        fields: { endpoint, services: ['calculator.v1.Calculator'] },
      },
    ])
    using client = new CalculatorClient(endpoint)
    await expect(client.add(['1', '2'])).resolves.toEqual({ value: '3' })
  })

  test('the hub listens without any service, so that other processes can find it', async () => {
    await using fixture = createHub()
    using client = new CalculatorClient(await fixture.start())
    await expect(client.add(['1'])).rejects.toMatchObject({ code: status.UNIMPLEMENTED })
  })

  test('a hub on every interface publishes an endpoint that can be dialled, and warns', async () => {
    await using fixture = createHub({ services, config: { listen_addr: '0.0.0.0:0' } })
    const endpoint = await fixture.start()
    expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(fixture.lines.at(-1)).toMatchObject({ level: 'warn', fields: { endpoint } })
    using client = new CalculatorClient(endpoint)
    await expect(client.add(['1', '2'])).resolves.toEqual({ value: '3' })
  })

  test('a host name is resolved to the address that is published', async () => {
    await using fixture = createHub({ services, config: { listen_addr: 'localhost:0' } })
    const endpoint = await fixture.start()
    expect(endpoint).toMatch(/^http:\/\/(127\.0\.0\.1|\[::1\]):\d+$/)
    using client = new CalculatorClient(endpoint)
    await expect(client.add(['1'])).resolves.toEqual({ value: '1' })
  })

  test('a port that is taken fails the start, and nothing has to be stopped', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as AddressInfo
    const address = `127.0.0.1:${String(port)}`
    const { hub, start } = createHub({ services, config: { listen_addr: address } })
    const failure = await rejection(start())
    expect(HostError.find(failure, 'BIND_FAILED')?.details).toEqual({
      address,
      reason: expect.stringContaining('EADDRINUSE') as unknown,
    })
    expect(hub.boundEndpoint()).toBeUndefined()
    await hub.stop(new AbortController().signal)
    holder.close()
  })

  test('a host name that does not exist fails the start', async () => {
    const { start } = createHub({ config: { listen_addr: 'no-such-host.invalid:0' } })
    await expect(start()).rejects.toMatchObject({ code: 'BIND_FAILED' })
  })

  test('bytes that are no HTTP/2 do not harm the hub', async () => {
    await using fixture = createHub({ services })
    const endpoint = await fixture.start()
    const socket = connect(Number(new URL(endpoint).port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('GET / HTTP/1.1\r\n\r\n')
    socket.resume()
    await once(socket, 'close')
    using client = new CalculatorClient(endpoint)
    await expect(client.add(['1'])).resolves.toEqual({ value: '1' })
  })
})

describe('over a Unix socket', () => {
  test.each(['unix', 'uds'])('%s:// serves its owner alone, and leaves no file behind', async (scheme) => {
    await using socket = await createSocketPath()
    const fixture = createHub({ services, config: { listen_addr: `${scheme}://${socket.path}` } })
    const endpoint = await fixture.start()
    expect(endpoint).toBe(`unix://${socket.path}`)
    expect((await stat(socket.path)).mode & 0o777).toBe(0o600)
    using client = new CalculatorClient(endpoint)
    await expect(client.add(['20', '22'])).resolves.toEqual({ value: '42' })
    await fixture.hub.stop(new AbortController().signal)
    await expect(access(socket.path)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('a socket that a killed process left behind is replaced', async () => {
    await using socket = await createSocketPath()
    const script = 'require("net").createServer().listen(process.argv[1], () => console.log("ready"))'
    const holder = spawn(process.execPath, ['-e', script, socket.path], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(holder.stdout, 'data')
    holder.kill('SIGKILL')
    await once(holder, 'close')
    expect((await stat(socket.path)).isSocket()).toBe(true)
    await using fixture = createHub({ services, config: { listen_addr: `unix://${socket.path}` } })
    using client = new CalculatorClient(await fixture.start())
    await expect(client.add(['1'])).resolves.toEqual({ value: '1' })
  })

  test('a socket on which another process listens is left to it', async () => {
    await using socket = await createSocketPath()
    await using first = createHub({ services, config: { listen_addr: `unix://${socket.path}` } })
    using client = new CalculatorClient(await first.start())
    const second = createHub({ services, config: { listen_addr: `unix://${socket.path}` } })
    await expect(second.start()).rejects.toMatchObject({
      code: 'BIND_FAILED',
      details: { address: `unix://${socket.path}`, reason: 'another process listens there' },
    })
    await expect(client.add(['1'])).resolves.toEqual({ value: '1' })
  })

  test('a file that is no socket is not touched', async () => {
    await using socket = await createSocketPath()
    await writeFile(socket.path, 'precious')
    const { start } = createHub({ services, config: { listen_addr: `unix://${socket.path}` } })
    await expect(start()).rejects.toMatchObject({ code: 'BIND_FAILED' })
    await expect(readFile(socket.path, 'utf8')).resolves.toBe('precious')
  })

  test('a path that is longer than the system allows fails the start, and nothing shorter is made', async () => {
    await using socket = await createSocketPath()
    const { start } = createHub({ config: { listen_addr: `unix://${socket.path}${'x'.repeat(120)}` } })
    await expect(start()).rejects.toMatchObject({ code: 'BIND_FAILED' })
    expect(await readdir(dirname(socket.path))).toEqual([])
  })

  test('of two that start at once, one serves', async () => {
    await using socket = await createSocketPath()
    const config = { listen_addr: `unix://${socket.path}` }
    await using first = createHub({ services, config })
    await using second = createHub({ services, config })
    const outcomes = await Promise.allSettled([first.start(), second.start()])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    using client = new CalculatorClient(`unix://${socket.path}`)
    await expect(client.add(['1'])).resolves.toEqual({ value: '1' })
  })

  test('the mask of the process is what it was', async () => {
    await using socket = await createSocketPath()
    const before = process.umask(0o027)
    await using fixture = createHub({ config: { listen_addr: `unix://${socket.path}` } })
    await fixture.start()
    expect(process.umask(before)).toBe(0o027)
  })

  test('a directory that does not exist fails the start', async () => {
    const { start } = createHub({ config: { listen_addr: 'unix:///no/such/directory/hub.sock' } })
    await expect(start()).rejects.toMatchObject({ code: 'BIND_FAILED' })
  })
})

describe('limits', () => {
  test('a request that is too large is refused, and the connection goes on', async () => {
    await using fixture = createHub({ services, config: { max_receive_message_bytes: 1_000 } })
    using client = new CalculatorClient(await fixture.start())
    const large = Array.from({ length: 2_000 }, () => '1000000')
    await expect(client.add(large)).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED })
    await expect(client.add(['1'])).resolves.toEqual({ value: '1' })
  })

  test('a response that is too large is refused', async () => {
    const hugeText = calculatorWith({
      reset: () => Promise.resolve(),
      add: () => Promise.resolve({ value: '9'.repeat(18) }),
    })
    await using fixture = createHub({ services: [hugeText], config: { max_send_message_bytes: 1 } })
    using client = new CalculatorClient(await fixture.start())
    await expect(client.add(['1'])).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED })
  })

  test('calls beyond the limit of a connection wait for their turn', async () => {
    let running = 0
    let most = 0
    const counting = calculatorWith({
      async add() {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setImmediate(resolve))
        running--
        return { value: '1' }
      },
    })
    await using fixture = createHub({ services: [counting], config: { max_concurrent_streams: 2 } })
    using client = new CalculatorClient(await fixture.start())
    await client.add([])
    await Promise.all(Array.from({ length: 12 }, () => client.add([])))
    expect(most).toBe(2)
  })
})
