import {
  status,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerErrorResponse,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type StatusObject,
  type UntypedHandleCall,
} from '@grpc/grpc-js'
import { formatError, HostError, type Logger } from '@modkit/core'
import { isPromiseLike, type ModuleGrpcServices } from '@modkit/core/spi'
import { callFailureOf } from '../failure/call-failure.js'
import type { ActiveCalls } from './active-calls.js'
import type { IncomingCall } from './call-admission.js'

/** Whose handler it is, and who wants to know what becomes of its calls. */
export interface GuardOptions {
  /** For the log: `/calculator.v1.Calculator/Add`. */
  readonly path: string
  readonly owner: Pick<ModuleGrpcServices, 'module' | 'available'>
  readonly logger: Logger
  readonly calls: ActiveCalls
  /** Whether calls go on until somebody ends them, so that a hub that closes must. */
  readonly isEndless: boolean
  /** Runs the handler on behalf of the call's caller. */
  readonly admit: (call: IncomingCall, handle: () => unknown) => unknown
}

/** The two shapes that grpc-js gives a call: one that is answered through a callback, and one that is written to. */
type AnsweredCall = ServerUnaryCall<unknown, unknown> | ServerReadableStream<unknown, unknown>
type WrittenCall = ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>
type Answer = sendUnaryData<unknown>
type Failure = ServerErrorResponse | Partial<StatusObject>

/** A handler of a method with one response, from which no error escapes: what it throws or rejects with ends its call. */
export function guardAnswering(handler: UntypedHandleCall, options: GuardOptions): UntypedHandleCall {
  const handle = handler as (call: AnsweredCall, answer: Answer) => unknown
  return (call: AnsweredCall, callback: Answer) => {
    const answer: Answer = (error, ...rest) => {
      const isOver = !options.calls.delete(call)
      const failure = error ? safeStatus(error) : null
      if (failure) report(failure, options, isOver)
      if (!isOver) callback(failure, ...rest)
    }
    const fail = (error: unknown): void => answer(callFailureOf(error))
    options.calls.add(call, { fail, isEndless: options.isEndless })
    attempt(() => ifAvailable(options.owner, () => options.admit(call, () => handle(call, answer))), fail)
  }
}

/** A handler of a method with a stream of responses, from which no error escapes. */
export function guardStreaming(handler: UntypedHandleCall, options: GuardOptions): UntypedHandleCall {
  const handle = handler as (call: WrittenCall) => unknown
  return (call: WrittenCall) => {
    const fail = (error: unknown): void => void call.emit('error', callFailureOf(error))
    call.on('error', (error: Failure) => report(error, options))
    options.calls.add(call, { fail, isEndless: options.isEndless })
    attempt(() => ifAvailable(options.owner, () => options.admit(call, () => handle(call))), fail)
  }
}

/** An optional module may fail after its services were handed over. */
function ifAvailable({ available, module }: GuardOptions['owner'], handle: () => unknown): unknown {
  if (!available) throw new HostError('MODULE_UNAVAILABLE', { module })
  return handle()
}

function attempt(run: () => unknown, fail: (error: unknown) => void): void {
  try {
    const result = run()
    if (isPromiseLike(result)) result.then(undefined, fail)
  } catch (error) {
    fail(error)
  }
}

/** An error that says its status is meant for the caller; of any other, grpc-js would send the message. */
function safeStatus(failure: Failure): Failure {
  return typeof failure.code === 'number' ? failure : callFailureOf(failure)
}

/** Faults of the callee are for its operators to see. What the caller did wrong, and what nobody waits for, is a detail. */
function report(failure: Failure, { path, owner, logger }: GuardOptions, isOver = false): void {
  const code = failure.code ?? status.UNKNOWN
  const isFault = code === status.INTERNAL || code === status.UNKNOWN
  const fields = { method: path, owner: owner.module, code: status[code] }
  const cause = failure instanceof Error ? (failure.cause ?? failure) : failure.details
  if (isFault && !isOver) logger.error('gRPC call failed', { ...fields, error: formatError(cause) })
  else logger.debug('gRPC call ended with an error', { ...fields, error: failure.details })
}
