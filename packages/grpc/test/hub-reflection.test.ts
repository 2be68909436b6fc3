import { createRequire } from 'node:module'
import {
  credentials,
  loadPackageDefinition,
  makeClientConstructor,
  status,
  type Client,
  type ClientDuplexStream,
  type GrpcObject,
  type ServiceClientConstructor,
} from '@grpc/grpc-js'
import { loadFileDescriptorSetFromObject } from '@grpc/proto-loader'
import { describe, expect, test } from '@jest/globals'
import type * as Descriptor from 'protobufjs/ext/descriptor/index.js'
import { dialTarget, loadService } from '../src/index.js'
import { calculatorService } from './calculator.js'
import { CalculatorClient } from './calculator-client.js'
import { calculatorWith, createHub } from './hub-fixture.js'

/** What every hub offers, whatever its modules do. */
const ofTheHub = ['grpc.health.v1.Health', 'module_orchestrator.v1.directory.DirectoryService']

const require = createRequire(import.meta.url)
const { FileDescriptorProto } = require('protobufjs/ext/descriptor') as typeof Descriptor
const reflectionProto = require.resolve('@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto')
const reflectionService = 'grpc.reflection.v1.ServerReflection'
const RawReflection = makeClientConstructor(
  loadService(new URL(`file://${reflectionProto}`), reflectionService),
  reflectionService,
)

interface Answer {
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] }
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Buffer[] }
  readonly errorResponse?: { readonly errorCode: number }
}

/** Knows nothing but an address. */
class Stranger implements Disposable {
  readonly #client: Client
  readonly #endpoint: string

  constructor(endpoint: string) {
    this.#endpoint = dialTarget(endpoint)
    this.#client = new RawReflection(this.#endpoint, credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
    })
  }

  async ask(question: object): Promise<Answer> {
    const call = (
      this.#client as unknown as { serverReflectionInfo(): ClientDuplexStream<object, Answer> }
    ).serverReflectionInfo()
    call.end(question)
    let answer: Answer = {}
    for await (const message of call) answer = message as Answer
    return answer
  }

  async services(): Promise<readonly string[]> {
    const { listServicesResponse } = await this.ask({ listServices: '*' })
    return (listServicesResponse?.service ?? []).map(({ name }) => name).sort()
  }

  async filesOf(symbol: string): Promise<readonly Buffer[]> {
    const { fileDescriptorResponse } = await this.ask({ fileContainingSymbol: symbol })
    return fileDescriptorResponse?.fileDescriptorProto ?? []
  }

  /** A client of a service, made of what the server says of it. */
  async clientOf(service: string): Promise<Client & Record<string, (...given: unknown[]) => void>> {
    const file = (await this.filesOf(service)).map((bytes) => FileDescriptorProto.decode(bytes))
    const root = loadPackageDefinition(loadFileDescriptorSetFromObject({ file }, { longs: String }))
    const found = service.split('.').reduce<unknown>((at, name) => (at as GrpcObject)[name], root)
    return new (found as ServiceClientConstructor)(this.#endpoint, credentials.createInsecure()) as never
  }

  [Symbol.dispose](): void {
    this.#client.close()
  }
}

const config = { reflection: { enabled: true } }

describe('a client without any proto file', () => {
  test('finds the services, their messages, and calls them', async () => {
    await using fixture = createHub({ services: [calculatorWith()], config })
    using stranger = new Stranger(await fixture.start())
    expect(await stranger.services()).toEqual([calculatorService, ...ofTheHub])
    const client = await stranger.clientOf(calculatorService)
    const answer = await new Promise((resolve, reject) => {
      client['add']?.({ allValues: ['40', '2'] }, (error: Error | null, value: unknown) =>
        error ? reject(error) : resolve(value),
      )
    })
    expect(answer).toEqual({ value: '42' })
    client.close()
  })

  test('is told which file needs which', async () => {
    await using fixture = createHub({ services: [calculatorWith()], config })
    using stranger = new Stranger(await fixture.start())
    const files = (await stranger.filesOf(calculatorService)).map(
      (bytes) => FileDescriptorProto.decode(bytes) as { name?: string; dependency?: string[] },
    )
    expect(Object.fromEntries(files.map(({ name, dependency }) => [name, dependency]))).toEqual({
      'calculator_v1.proto': ['google_protobuf.proto'],
      'google_protobuf.proto': [],
    })
  })

  test('is told so of what is not there', async () => {
    await using fixture = createHub({ services: [calculatorWith()], config })
    using stranger = new Stranger(await fixture.start())
    const { errorResponse } = await stranger.ask({ fileContainingSymbol: 'no.Such' })
    expect(errorResponse?.errorCode).toBe(status.NOT_FOUND)
  })

  test('finds services of two modules that share a package', async () => {
    const load = (service: string) => {
      const definition = loadService(
        new URL('./fixtures/shop-' + service.toLowerCase() + '.proto', import.meta.url),
        `shop.v1.${service}`,
      )
      const implementation = Object.fromEntries(Object.keys(definition).map((name) => [name, () => undefined]))
      return { serviceName: `shop.v1.${service}`, definition, implementation }
    }
    const others = [{ module: 'stock', available: true, services: [load('Stock')] }]
    await using fixture = createHub({ services: [load('Orders')], others, config })
    using stranger = new Stranger(await fixture.start())
    expect(await stranger.services()).toEqual([...ofTheHub, 'shop.v1.Orders', 'shop.v1.Stock'])
    for (const symbol of ['shop.v1.Order', 'shop.v1.Item', 'shop.v1.Orders', 'shop.v1.Stock']) {
      expect(await stranger.filesOf(symbol)).not.toEqual([])
    }
  })
})

test('nothing is shown where nobody has asked for it', async () => {
  await using fixture = createHub({ services: [calculatorWith()] })
  using stranger = new Stranger(await fixture.start())
  await expect(stranger.services()).rejects.toMatchObject({ code: status.UNIMPLEMENTED })
})

test('nothing is shown to strangers where every caller has to be known', async () => {
  await using fixture = createHub({ services: [calculatorWith()], config: { ...config, authentication: 'required' } })
  using stranger = new Stranger(await fixture.start())
  await expect(stranger.services()).rejects.toMatchObject({ code: status.UNAUTHENTICATED })
})

test('who keeps a reflection open does not hold up a drain', async () => {
  const fixture = createHub({ services: [calculatorWith()], config })
  const endpoint = await fixture.start()
  using client = new CalculatorClient(endpoint)
  await client.add([])
  const raw = new RawReflection(dialTarget(endpoint), credentials.createInsecure()) as unknown as {
    serverReflectionInfo(): ClientDuplexStream<object, Answer>
    close(): void
  }
  const call = raw.serverReflectionInfo()
  const ended = new Promise((resolve) => call.on('error', resolve))
  await new Promise((resolve) => {
    call.once('data', resolve)
    call.write({ listServices: '*' })
  })
  await fixture.hub.drain(new AbortController().signal)
  expect(await ended).toMatchObject({ code: status.UNAVAILABLE })
  raw.close()
})
