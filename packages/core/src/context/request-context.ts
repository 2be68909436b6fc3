import { AsyncLocalStorage } from 'node:async_hooks'
import type { SecurityContext } from '../rest/authenticator.js'

/** What is known of the request on whose behalf code runs. */
export interface RequestContext {
  /** Who is calling; absent where nobody had to say. */
  readonly security?: SecurityContext | undefined
  /** The request's place in its trace, as W3C writes it: what is caused on its behalf is sent along with it. */
  readonly traceparent?: string | undefined
  /** What came with the trace, for the systems that follow it. */
  readonly tracestate?: string | undefined
}

/** Shared by every copy of this package in the process: a client may be built upon another one than the gateway is. */
const STORAGE = Symbol.for('modkit:request-context')
const TRACED = Symbol.for('modkit:traced-requests')

interface RequestGlobal {
  [STORAGE]?: AsyncLocalStorage<RequestContext> | undefined
  [TRACED]?: true | undefined
}

const shared = globalThis as RequestGlobal

/** The request on whose behalf the calling code runs, also after awaits; `undefined` outside of one. */
export function currentRequest(): RequestContext | undefined {
  return shared[STORAGE]?.getStore()
}

/**
 * Who is calling, for a client that a handler calls: what the handler has as `security`, without being handed it.
 *
 * `undefined` in a public operation and outside of requests. It is frozen.
 */
export function currentSecurity(): SecurityContext | undefined {
  return currentRequest()?.security
}

/**
 * Runs `work`, and everything that it starts, on behalf of a request: `facts` over what is known of it already.
 *
 * From the first call on Node keeps books about every promise of the process, so do not call it where nobody has to be
 * remembered.
 */
export function runWithRequest<T>(facts: RequestContext, work: () => T): T {
  const storage = (shared[STORAGE] ??= new AsyncLocalStorage())
  return storage.run({ ...storage.getStore(), ...facts }, work)
}

/** Runs `work`, and everything that it starts, on behalf of a caller. The context must be frozen: see `frozenSecurity`. */
export function runWithSecurity<T>(security: SecurityContext, work: () => T): T {
  return runWithRequest({ security }, work)
}

/**
 * Says that something in this process sends traces along: a client of another process. From now on servers remember the trace
 * of every request, which they do not while nobody would ask for it.
 */
export function traceRequests(): void {
  shared[TRACED] = true
}

/** Whether the trace of a request is to be remembered. */
export function areRequestsTraced(): boolean {
  return shared[TRACED] === true
}
