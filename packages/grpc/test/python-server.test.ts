import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { createHost, type Host } from '@modkit/core'
import { silentLogger } from '@modkit/core/spi'
import { GrpcHub } from '../src/index.js'
import { calculatorClient, calculatorService, type Calculator, type Numbers, type Total } from './calculator.js'

// Another language's start, and its compiler of proto files, on a machine that tests share.
jest.setTimeout(120_000)

/** The system's own: others on the path may be without the packages of the system. */
const PYTHON = '/usr/bin/python3'

const isThere = spawnSync(PYTHON, ['-c', 'import grpc, grpc_tools'], { stdio: 'ignore' }).status === 0

test('there is gRPC for Python wherever it is required', () => {
  expect(isThere || process.env['CI'] !== 'true').toBe(true)
})

const pathOf = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))

interface PythonServer extends AsyncDisposable {
  readonly endpoint: string
}

async function startPythonServer(): Promise<PythonServer> {
  const program = [pathOf('python-server/calculator_server.py'), pathOf('')]
  const child = spawn(PYTHON, program, { stdio: ['pipe', 'pipe', 'inherit'], timeout: 120_000, killSignal: 'SIGKILL' })
  const exited = once(child, 'close')
  const [port] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then(() => Promise.reject(new Error('The server in Python ended before it said where it is.'))),
  ])) as [string]
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await exited
    },
  }
}

async function* totals(...values: readonly number[]): AsyncGenerator<Total> {
  for (const value of values) yield await Promise.resolve({ value: String(value) })
}

async function valuesOf(stream: AsyncIterable<Total>): Promise<readonly string[]> {
  const values: string[] = []
  for await (const { value } of stream) values.push(value)
  return values
}

const noted = (note: string): Numbers => ({ allValues: [], note: Buffer.from(note) })

const described = isThere ? describe : describe.skip

described('a client of a service in Python', () => {
  let server: PythonServer | undefined
  let host: Host | undefined
  let calculator: Calculator

  beforeAll(async () => {
    server = await startPythonServer()
    const client = { endpoints: { [calculatorService]: server.endpoint } }
    const config = { modules: { 'grpc-hub': { config: { listen_addr: '127.0.0.1:0', client } } } }
    host = await createHost({ modules: [GrpcHub], config, logger: silentLogger }).start()
    calculator = host.clients.get(calculatorClient)
  })

  afterAll(async () => {
    await host?.stop()
    await server?.[Symbol.asyncDispose]()
  })

  /** Resolves when the service has seen so many calls end without an answer. */
  const endedCalls = async (count: string): Promise<void> => {
    while ((await calculator.add(noted('ended'))).value !== count);
  }

  test('makes calls of all four kinds', async () => {
    const values = ['9007199254740993', '-1']
    await expect(calculator.add({ allValues: values })).resolves.toEqual({ value: '9007199254740992' })
    await expect(calculator.reset({})).resolves.toBeUndefined()
    await expect(calculator.sum(totals(1, 2, 39))).resolves.toEqual({ value: '42' })
    await expect(valuesOf(calculator.countTo({ highest: 3 }))).resolves.toEqual(['1', '2', '3'])
    await expect(valuesOf(calculator.runningSum(totals(1, 2, 3)))).resolves.toEqual(['1', '3', '6'])
    await endedCalls('1')
  })

  test('tells it the deadline, cancels what it no longer waits for, and stops reading what it needs no more', async () => {
    const remaining = await calculator.add(noted('remaining'), { deadline: Date.now() + 60_000 })
    expect(Number(remaining.value)).toBeGreaterThan(30_000)
    expect(Number(remaining.value)).toBeLessThanOrEqual(60_000)
    const late = calculator.add(noted('never'), { deadline: Date.now() + 200 })
    await expect(late).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' })
    await endedCalls('2')
    const controller = new AbortController()
    const waiting = calculator.add(noted('never'), { signal: controller.signal })
    const reason = new Error('no longer needed')
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    for await (const { value } of calculator.countTo({ highest: 0 })) if (value === '3') break
    while (Number((await calculator.add(noted('ended'))).value) < 3);
  })

  test('shows its errors with what they say of themselves', async () => {
    await expect(calculator.add(noted('fail'))).rejects.toMatchObject({
      code: 'GRPC_CALL_FAILED',
      message: 'The call /calculator.v1.Calculator/Add failed with FAILED_PRECONDITION: Out of digits.',
      details: {
        status: 'FAILED_PRECONDITION',
        reason: 'Out of digits.',
        error: { reason: 'NO_DIGITS', domain: 'python.example' },
        violations: [{ field: 'all_values', description: 'is too much' }],
        retryAfterMs: 1_500,
      },
    })
    await expect(calculator.add(noted('crash'))).rejects.toMatchObject({
      code: 'GRPC_CALL_FAILED',
      details: { status: 'UNKNOWN' },
    })
  })
})
