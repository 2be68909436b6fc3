import {
  ResponderBuilder,
  ServerInterceptingCall,
  ServerListenerBuilder,
  status,
  type ServerInterceptor,
} from '@grpc/grpc-js'
import type { Clock, Logger } from '@modkit/core'
import { parseTraceParent } from '@modkit/core/spi'

export interface AccessLogOptions {
  readonly clock: Clock
  readonly logger: Logger
}

/** Says of every call, once it is over, what it was and how it went. */
export function accessLog({ clock, logger }: AccessLogOptions): ServerInterceptor {
  return ({ path }, call) => {
    const startedAt = clock.monotonic()
    const peer = call.getPeer()
    let traceId: string | undefined
    let isLogged = false
    const write = (code: status, isAborted: boolean): void => {
      if (isLogged) return
      isLogged = true
      logger.info('gRPC call', {
        method: path,
        code: status[code],
        durationMs: Math.round((clock.monotonic() - startedAt) * 1_000) / 1_000,
        client: peer,
        ...(traceId !== undefined && { traceId }),
        ...(isAborted && { aborted: true }),
      })
    }
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata, next) => {
        traceId = parseTraceParent(metadata.get('traceparent')[0])?.traceId
        next(metadata)
      })
      // The client left, its time was up, or what it sent was refused before the handler had it.
      .withOnCancel(() => write(isPast(call.getDeadline(), clock) ? status.DEADLINE_EXCEEDED : status.CANCELLED, true))
      .build()
    const responder = new ResponderBuilder()
      .withStart((next) => next(listener))
      .withSendStatus((given, next) => {
        write(given.code, false)
        next(given)
      })
      .build()
    return new ServerInterceptingCall(call, responder)
  }
}

function isPast(deadline: Date | number, clock: Clock): boolean {
  return Number(deadline) <= clock.now()
}
