import type { Metadata } from '@grpc/grpc-js'
import {
  HostError,
  Problem,
  type AuthenticationRequest,
  type Authenticator,
  type Logger,
  type SecurityContext,
} from '@modkit/core'
import { frozenSecurity, errorToJson, isPromiseLike, runWithRequest, type RequestContext } from '@modkit/core/spi'
import type { EventEmitter } from 'node:events'
import { incomingContext } from '../propagation/call-context-metadata.js'
import { isOfFamily } from '../propagation/family-metadata.js'
import type { Vouching } from '../propagation/vouching.js'

/**
 * What the hub makes of tokens in the metadata `authorization`: nothing; a known caller, where one comes; or a demand, which only
 * callers that the host vouches for are spared.
 */
export type AuthenticationMode = 'off' | 'optional' | 'required'

export interface CallAdmissionOptions {
  readonly mode: AuthenticationMode
  readonly vouching: Vouching
  readonly authenticator: Authenticator | undefined
  /** What processes of the same program show. */
  readonly familySecret?: string | undefined
  readonly logger: Logger
}

/** A call that has just come in. */
export interface IncomingCall extends EventEmitter {
  readonly metadata: Metadata
  readonly cancelled: boolean
  getPath(): string
}

const AUTHORIZATION = 'authorization'

/** Finds out on whose behalf a call is made, and in which trace, before its handler runs. */
export class CallAdmission {
  readonly #options: CallAdmissionOptions

  constructor(options: CallAdmissionOptions) {
    this.#options = options
  }

  /**
   * Runs `handle` on behalf of whoever makes the call. What can be known at once is: a call without a token waits for nothing.
   *
   * @throws HostError `CALLER_NOT_VOUCHED`, `CALLER_UNKNOWN`, `AUTHENTICATOR_UNAVAILABLE`, or what the authenticator said
   */
  admit(call: IncomingCall, handle: () => unknown): unknown {
    const { mode } = this.#options
    const facts = incomingContext(call.metadata, this.#options.vouching)
    if (mode === 'off' || facts?.security !== undefined) return enter(facts, handle)
    const tokens = call.metadata.get(AUTHORIZATION)
    if (tokens.length > 1) throw unknownCaller(call, 'it comes with several tokens')
    if (tokens.length === 1) return this.#identify(call, (security) => enter({ ...facts, security }, handle))
    // Within one program nobody asks a module who it is, wherever it runs.
    if (mode === 'required' && !this.#isOfFamily(call)) throw unknownCaller(call, 'it comes without a token')
    return enter(facts, handle)
  }

  /** Like {@link admit}, for what only processes of the same program may call. */
  admitFamily(call: IncomingCall, handle: () => unknown): unknown {
    if (this.#isOfFamily(call)) return this.admit(call, handle)
    throw unknownCaller(call, 'the module offers it to the processes of its own host alone')
  }

  #isOfFamily({ metadata }: IncomingCall): boolean {
    return isOfFamily(metadata, this.#options.familySecret)
  }

  /** Like {@link admit}, for services that anybody may call. */
  admitAnybody(call: IncomingCall, handle: () => unknown): unknown {
    return enter(incomingContext(call.metadata, this.#options.vouching), handle)
  }

  #identify(call: IncomingCall, go: (security: SecurityContext | undefined) => unknown): unknown {
    const said = this.#ask(call)
    if (!isPromiseLike(said)) return go(this.#judge(call, said))
    return Promise.resolve(said).then(
      (security) => {
        // The handler would never hear that its caller has gone.
        return call.cancelled ? undefined : go(this.#judge(call, security))
      },
      (error: unknown) => {
        throw this.#unidentified(call, error)
      },
    )
  }

  #ask(call: IncomingCall): SecurityContext | null | undefined | PromiseLike<SecurityContext | null> {
    try {
      return this.#options.authenticator?.authenticate(requestOf(call))
    } catch (error) {
      throw this.#unidentified(call, error)
    }
  }

  /** `undefined` is nobody: where no module can read a token, it is as if none had come. */
  #judge(call: IncomingCall, said: SecurityContext | null | undefined): SecurityContext | undefined {
    if (said === null) throw unknownCaller(call, 'its token is not accepted')
    if (said !== undefined) return frozenSecurity(said)
    if (this.#options.mode === 'required') throw unknownCaller(call, 'no module of this host can read tokens')
    return undefined
  }

  #unidentified(call: IncomingCall, error: unknown): unknown {
    if (Problem.is(error)) return error
    const method = call.getPath()
    this.#options.logger.warn('gRPC caller could not be authenticated', { method, error: errorToJson(error) })
    return new HostError('AUTHENTICATOR_UNAVAILABLE', { method }, { cause: error })
  }
}

function enter(facts: RequestContext | undefined, handle: () => unknown): unknown {
  const isNothing = facts === undefined || (facts.security === undefined && facts.traceparent === undefined)
  return isNothing ? handle() : runWithRequest(facts, handle)
}

function unknownCaller(call: IncomingCall, reason: string): HostError {
  return new HostError('CALLER_UNKNOWN', { method: call.getPath(), reason })
}

/** The call as an authenticator sees it: as the HTTP request that it is. The signal is made only for those who wait. */
function requestOf(call: IncomingCall): AuthenticationRequest {
  let abort: AbortController | undefined
  return {
    method: 'POST',
    url: call.getPath(),
    headers: call.metadata.getMap() as AuthenticationRequest['headers'],
    get signal() {
      if (abort) return abort.signal
      const controller = (abort = new AbortController())
      call.once('cancelled', () => controller.abort(new HostError('CANCELLED', { operation: call.getPath() })))
      return controller.signal
    },
  }
}
