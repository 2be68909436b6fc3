import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { describe, expect, jest, test } from '@jest/globals'
import { defineErrors } from '@modkit/core'
import { dialTarget } from '../src/index.js'
import { calculator, calculatorProto, calculatorService } from './calculator.js'
import { deferred, reasonOf } from './deferred.js'
import { calculatorWith, createHub, createSocketPath } from './hub-fixture.js'
import { hasPythonGrpc, runPython } from './python.js'

// Another language's start, and its compiler of proto files, on a machine that tests share.
jest.setTimeout(120_000)

const isThere = hasPythonGrpc()
const isRequired = process.env['CI'] === 'true'

test('there is gRPC for Python wherever it is required', () => {
  expect(isThere || !isRequired).toBe(true)
})

const require = createRequire(import.meta.url)
const protos = [
  fileURLToPath(calculatorProto),
  fileURLToPath(new URL('./fixtures/python/status.proto', import.meta.url)),
  require.resolve('grpc-health-check/proto/health/v1/health.proto'),
  require.resolve('@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto'),
]

const errors = defineErrors({ NO_SUM: { status: 404, message: 'There is no sum.', hint: 'Add something.' } })

/** A calculator that does what the note in a request says, and tells what became of its calls. */
function observedCalculator() {
  const [expired, cancelled, ended] = [deferred<unknown>(), deferred<unknown>(), deferred()]
  const service = calculatorWith({
    async add(request, options) {
      const note = Buffer.from(request.note ?? []).toString()
      if (note === 'fail') throw errors.NO_SUM({ asked: 1 })
      if (note !== 'never') return calculator.add(request)
      expired.resolve(await reasonOf(options?.signal))
      return { value: '0' }
    },
    async *countTo({ highest }, options) {
      if (highest > 0) {
        yield* calculator.countTo({ highest })
        return
      }
      options?.signal?.addEventListener('abort', () => cancelled.resolve(options.signal?.reason))
      try {
        for (let value = 1; ; value++) yield await Promise.resolve({ value: String(value) })
      } finally {
        ended.resolve()
      }
    },
  })
  return { service, expired: expired.promise, cancelled: cancelled.promise, ended: ended.promise }
}

const described = isThere ? describe : describe.skip

described.each(['TCP', 'a Unix socket'])('a client in Python over %s', (way) => {
  test('finds all that gRPC promises', async () => {
    await using socket = await createSocketPath()
    const listening = way === 'TCP' ? {} : { listen_addr: `unix://${socket.path}` }
    const observed = observedCalculator()
    const config = { ...listening, reflection: { enabled: true } }
    await using fixture = createHub({ services: [observed.service], config })
    const target = dialTarget(await fixture.start())
    const seen = JSON.parse(await runPython('client.py', [target, ...protos])) as unknown
    expect(seen).toEqual({
      unary: '9007199254740993',
      server_stream: [1, 2, 3],
      client_stream: 6,
      both_streams: [1, 3, 6],
      deadline: { code: 'DEADLINE_EXCEEDED', details: expect.any(String) as unknown },
      cancellation: 1,
      error_details: {
        code: 'NOT_FOUND',
        details: 'There is no sum.',
        status: { code: 5, message: 'There is no sum.' },
        reason: 'NO_SUM',
        domain: 'modkit',
      },
      too_large: 'RESOURCE_EXHAUSTED',
      unknown_method: 'UNIMPLEMENTED',
      wrong_type: 'INTERNAL',
      health: ['SERVING', 'SERVING'],
      reflection: {
        services: [calculatorService, 'grpc.health.v1.Health', 'module_orchestrator.v1.directory.DirectoryService'],
        answer: 42,
      },
    })
    expect(await observed.expired).toMatchObject({
      code: expect.stringMatching(/DEADLINE_EXCEEDED|CANCELLED/) as unknown,
    })
    expect(await observed.cancelled).toMatchObject({ code: 'CANCELLED' })
    await observed.ended
  })
})
