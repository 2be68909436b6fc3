import type { ServerDuplexStream, ServerErrorResponse, ServerWritableStream, StatusObject } from '@grpc/grpc-js'
import { CallFailure, callFailureOf } from '../failure/call-failure.js'

/** A call that responses are written to. */
export type WrittenCall = ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>

/** What handlers of grpc-js fail with. */
export type Failure = ServerErrorResponse | Partial<StatusObject>

/** An error that says its status is meant for the caller; of any other, grpc-js would send the message. */
export function safeStatus(failure: Failure): CallFailure {
  if (failure instanceof CallFailure) return failure
  const { code, details, metadata } = failure
  if (typeof code !== 'number') return callFailureOf(failure)
  const text = details ?? ('message' in failure ? failure.message : '')
  const cause = failure instanceof Error ? { cause: failure } : {}
  return new CallFailure(code, text, { ...(metadata && { metadata }), ...cause })
}

/**
 * Lets whatever a handler does to its call end it with a status that is fit to be sent.
 *
 * grpc-js by itself sends the message of any error, throws where a header cannot carry it, and says nothing at all on a call
 * that is destroyed, as by `pipeline()` when its source fails: its caller would wait until the deadline.
 *
 * @param onFailure told of each failure, and whether the call had ended before it
 */
export function endWithStatus(call: WrittenCall, onFailure: (failure: CallFailure, isOver: boolean) => void): void {
  const listeners = call.listeners('error')
  call.removeAllListeners('error')
  call.on('error', (error: Failure) => {
    const failure = safeStatus(error)
    const isOver = call.writableEnded || call.cancelled
    onFailure(failure, isOver)
    if (!isOver) for (const end of listeners) Reflect.apply(end, call, [failure])
  })
  const destroy = call.destroy.bind(call)
  const endInstead = (error?: Error): WrittenCall => {
    if (call.cancelled || call.writableFinished) return destroy()
    if (error) call.emit('error', error)
    else if (!call.writableEnded) call.emit('error', new Error('The handler has destroyed its call.'))
    return call
  }
  Object.assign(call, { destroy: endInstead })
}
