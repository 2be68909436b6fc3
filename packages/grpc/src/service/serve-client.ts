import type {
  MethodDefinition,
  sendUnaryData,
  ServerDuplexStream,
  ServerUnaryCall,
  ServerWritableStream,
  UntypedHandleCall,
  UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { HostError, type ClientKey, type Clock, type GrpcServiceRegistration } from '@modkit/core'
import { isPromiseLike, systemClock } from '@modkit/core/spi'
import { callFailureOf } from '../failure/call-failure.js'
import { OpenCall, type CallContext } from './call-context.js'
import { loadService, methodNameOf } from './load-service.js'
import { receiveAll, sendAll } from './message-streams.js'

/** What a test replaces. */
export interface ServeOptions {
  /** Default the system's clock. */
  readonly clock?: Clock
}

/** A method of the object that is served: `(request, context)`, where a stream of requests is an async iterable. */
type Serve = (request: unknown, context: CallContext) => unknown

type Method = MethodDefinition<unknown, unknown>

/**
 * Serves a plain object as the gRPC service that its client key names.
 *
 * The method `NearestCities` of the proto file is answered by the object's `nearestCities(request, { signal, deadline, security })`.
 * One response is a value or a promise, a stream of responses an (async) iterable; a stream of requests comes as an async
 * iterable. Throw an error of a catalogue to fail with its code; anything else is INTERNAL to the caller.
 *
 * @throws HostError `GRPC_SERVICE_INVALID` when the key names no service, the proto file lacks it, or the object lacks methods
 */
export function serveClient<T extends object>(
  key: ClientKey<T>,
  implementation: NoInfer<T>,
  options: ServeOptions = {},
): GrpcServiceRegistration {
  if (!key.grpc) {
    throw new HostError('GRPC_SERVICE_INVALID', { service: key.name, reason: 'its client key names no proto service' })
  }
  const definition = loadService(key.grpc.proto, key.grpc.service, key.grpc)
  const { clock = systemClock } = options
  const handlers: UntypedServiceImplementation = {}
  const missing: string[] = []
  for (const [name, method] of Object.entries<Method>(definition)) {
    const serve = findMethod(implementation, methodNameOf(name))
    if (serve) handlers[name] = handlerOf(method, serve, clock)
    else missing.push(methodNameOf(name))
  }
  if (missing.length > 0) {
    const reason = `the implementation lacks ${missing.map((name) => `${name}()`).join(', ')}`
    throw new HostError('GRPC_SERVICE_INVALID', { service: key.grpc.service, reason })
  }
  return { serviceName: key.grpc.service, definition, implementation: handlers }
}

function findMethod(implementation: object, name: string): Serve | undefined {
  const method = (implementation as Readonly<Record<string, unknown>>)[name]
  return typeof method === 'function' ? (method as Serve).bind(implementation) : undefined
}

function handlerOf(method: Method, serve: Serve, clock: Clock): UntypedHandleCall {
  return method.responseStream ? streamingHandler(method, serve, clock) : answeringHandler(method, serve, clock)
}

function answeringHandler({ requestStream }: Method, serve: Serve, clock: Clock): UntypedHandleCall {
  return (
    call: ServerUnaryCall<unknown, unknown> | ServerDuplexStream<unknown, unknown>,
    answer: sendUnaryData<unknown>,
  ) => {
    const context = new OpenCall(call, clock)
    const succeed = (response: unknown): void => {
      OpenCall.settle(context)
      // A method that answers with an empty message may return nothing.
      answer(null, response ?? {})
    }
    const fail = (error: unknown): void => {
      OpenCall.settle(context)
      answer(callFailureOf(error))
    }
    let response: unknown
    try {
      response = serve(requestOf(call, requestStream, context), context)
    } catch (error) {
      fail(error)
      return
    }
    if (isPromiseLike(response)) response.then(succeed, fail)
    else succeed(response)
  }
}

function streamingHandler({ requestStream }: Method, serve: Serve, clock: Clock): UntypedHandleCall {
  return (call: ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>) => {
    const context = new OpenCall(call, clock)
    const fail = (error: unknown): void => {
      OpenCall.settle(context)
      // Whoever called has gone, and was told why where that was possible.
      if (!context.signal.aborted) call.emit('error', callFailureOf(error))
    }
    let responses: unknown
    try {
      responses = serve(requestOf(call, requestStream, context), context)
    } catch (error) {
      fail(error)
      return
    }
    sendAll(call, responses, context).then(() => {
      OpenCall.settle(context)
      call.end()
    }, fail)
  }
}

type AnyCall =
  ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>

/** Only a stream of requests needs the signal of the context, which is not made for the others. */
function requestOf(call: AnyCall, isStream: boolean, context: CallContext): unknown {
  // The definition of the method says which of the two a call is.
  return isStream
    ? receiveAll(call as ServerDuplexStream<unknown, unknown>, context.signal)
    : (call as ServerUnaryCall<unknown, unknown>).request
}
