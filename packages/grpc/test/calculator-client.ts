import {
  credentials,
  makeClientConstructor,
  type CallOptions,
  type ChannelCredentials,
  type ChannelOptions,
  type Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ClientWritableStream,
  type Metadata,
  type ServiceError,
} from '@grpc/grpc-js'
import { dialTarget, loadService } from '../src/index.js'
import { calculatorProto, calculatorService, type Numbers, type Total } from './calculator.js'

type Answer<T> = (error: ServiceError | null, value?: T) => void

/** What grpc-js makes of the service. */
interface RawCalculator extends Client {
  add(request: Numbers, options: CallOptions | Metadata, answer: Answer<Total>): ClientUnaryCall
  reset(request: object, options: CallOptions, answer: Answer<object>): ClientUnaryCall
  countTo(request: { highest: number }, options?: CallOptions | Metadata): ClientReadableStream<Total>
  sum(answer: Answer<Total>): ClientWritableStream<Total>
  sum(metadata: Metadata, answer: Answer<Total>): ClientWritableStream<Total>
  runningSum(options?: CallOptions | Metadata): ClientDuplexStream<Total, Total>
}

const RawCalculator = makeClientConstructor(loadService(calculatorProto, calculatorService), calculatorService)

/** A plain grpc-js client, with a connection of its own. */
export class CalculatorClient implements Disposable {
  readonly raw: RawCalculator

  constructor(endpoint: string, given: { credentials?: ChannelCredentials; options?: ChannelOptions } = {}) {
    this.raw = new RawCalculator(dialTarget(endpoint), given.credentials ?? credentials.createInsecure(), {
      ...given.options,
      'grpc.use_local_subchannel_pool': 1,
    }) as unknown as RawCalculator
  }

  add(values: readonly string[], options: CallOptions = {}): Promise<Total> {
    return promised((answer) => void this.raw.add({ allValues: values }, options, answer))
  }

  reset(): Promise<object> {
    return promised((answer) => void this.raw.reset({}, {}, answer))
  }

  sum(values: readonly string[]): Promise<Total> {
    return promised((answer) => {
      const call = this.raw.sum(answer)
      for (const value of values) call.write({ value })
      call.end()
    })
  }

  [Symbol.dispose](): void {
    this.raw.close()
  }
}

/** The values that a stream brings. */
export async function valuesOf(stream: AsyncIterable<unknown>): Promise<readonly string[]> {
  const values: string[] = []
  for await (const total of stream) values.push((total as Total).value)
  return values
}

function promised<T>(call: (answer: Answer<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, value) => {
      if (error) reject(error)
      else resolve(value as T)
    })
  })
}
