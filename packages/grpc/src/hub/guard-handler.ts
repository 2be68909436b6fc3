import { Readable } from 'node:stream'
import {
  status,
  type sendUnaryData,
  type ServerReadableStream,
  type ServerUnaryCall,
  type UntypedHandleCall,
} from '@grpc/grpc-js'
import { formatError, HostError, type Logger } from '@modkit/core'
import { isPromiseLike, type ModuleGrpcServices } from '@modkit/core/spi'
import { callFailureOf, type CallFailure } from '../failure/call-failure.js'
import type { ActiveCall, ActiveCalls } from './active-calls.js'
import type { IncomingCall } from './call-admission.js'
import { endWithStatus, safeStatus, type WrittenCall } from './end-with-status.js'
import { writeTogether, type TogetherOptions } from './written-together.js'

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
  /** How a stream of responses is sent. */
  readonly responses: TogetherOptions
}

/** The two shapes that grpc-js gives a call: one that is answered through a callback, and one that is written to. */
type AnsweredCall = ServerUnaryCall<unknown, unknown> | ServerReadableStream<unknown, unknown>
type Answer = sendUnaryData<unknown>

/** A handler of a method with one response, from which no error escapes: what it throws or rejects with ends its call. */
export function guardAnswering(handler: UntypedHandleCall, options: GuardOptions): UntypedHandleCall {
  const handle = handler as (call: AnsweredCall, answer: Answer) => unknown
  return (call: AnsweredCall, callback: Answer) => {
    const served = new Answering(call, callback, options)
    // One that nobody listens to would end the process.
    if (call instanceof Readable) call.on('error', (error) => served.fail(error))
    served.run(() => handle(call, served.answer))
  }
}

/** A handler of a method with a stream of responses, from which no error escapes. */
export function guardStreaming(handler: UntypedHandleCall, options: GuardOptions): UntypedHandleCall {
  const handle = handler as (call: WrittenCall) => unknown
  return (call: WrittenCall) => {
    endWithStatus(call, (failure, isOver) => report(failure, options, isOver))
    writeTogether(call, options.responses)
    new Writing(call, options).run(() => handle(call))
  }
}

/** A call from when its handler begins until it is over. One object, since every call needs one. */
abstract class Served<Call extends IncomingCall> implements ActiveCall {
  protected readonly call: Call
  protected readonly options: GuardOptions

  constructor(call: Call, options: GuardOptions) {
    this.call = call
    this.options = options
  }

  get isEndless(): boolean {
    return this.options.isEndless
  }

  run(handle: () => unknown): void {
    const { owner, admit, calls } = this.options
    calls.add(this, this.call)
    try {
      // An optional module may fail after its services were handed over.
      if (!owner.available) throw new HostError('MODULE_UNAVAILABLE', { module: owner.module })
      const result = admit(this.call, handle)
      if (isPromiseLike(result)) result.then(undefined, (error: unknown) => this.fail(error))
    } catch (error) {
      this.fail(error)
    }
  }

  abstract fail(error: unknown): void
}

class Answering extends Served<AnsweredCall> {
  readonly #callback: Answer

  constructor(call: AnsweredCall, callback: Answer, options: GuardOptions) {
    super(call, options)
    this.#callback = callback
  }

  /** What the handler calls back. */
  readonly answer: Answer = (error, value, trailer) => {
    const isOver = !this.options.calls.delete(this)
    const failure = error ? safeStatus(error) : null
    if (failure) report(failure, this.options, isOver)
    if (!isOver) this.#callback(failure, value, trailer)
  }

  fail(error: unknown): void {
    this.answer(callFailureOf(error))
  }
}

class Writing extends Served<WrittenCall> {
  fail(error: unknown): void {
    this.call.emit('error', callFailureOf(error))
  }
}

/** Faults of the callee are for its operators to see. What the caller did wrong, and what nobody waits for, is a detail. */
function report(failure: CallFailure, { path, owner, logger }: GuardOptions, isOver: boolean): void {
  const { code, traceId } = failure
  const isFault = code === status.INTERNAL || code === status.UNKNOWN
  const fields = { method: path, owner: owner.module, code: status[code], ...(traceId && { trace_id: traceId }) }
  if (isFault && !isOver) logger.error('gRPC call failed', { ...fields, error: formatError(failure.cause ?? failure) })
  else logger.debug('gRPC call ended with an error', { ...fields, error: failure.details })
}
