import type { RequestHandler } from 'express'
import type { RestOwner } from './rest-owner.js'
import { callSite, type CallSite } from '../errors/call-site.js'
import { HostError } from '../errors/host-error.js'
import { OperationDraft } from './operation-draft.js'
import { httpMethods, type HttpMethod, type Mount } from './operation.js'
import { parsePathTemplate, type PathTemplate } from './path-template.js'
import type { RestApi } from './rest-api.js'

/** Where what a module declares arrives. */
export interface RestSink {
  /** An operation has begun. It is complete, or not, once `registerRest` has returned: then call `draft.finish()`. */
  begin(draft: OperationDraft): void
  /** A mount was declared. */
  mount(mount: Mount): void
}

/**
 * The object that `registerRest` of one module is given. It writes to `sink` and does nothing else.
 *
 * Its methods throw `ROUTE_INVALID` for a path or a declaration that is not legal, at the line that is wrong.
 */
export function createRestApi(sink: RestSink, owner: RestOwner): RestApi {
  // The methods that begin an operation are made below, one for each method of HTTP.
  return new ModuleRestApi(sink, owner) as unknown as RestApi
}

class ModuleRestApi implements Pick<RestApi, 'mount'> {
  readonly #sink: RestSink
  readonly #owner: RestOwner

  static {
    for (const method of httpMethods) {
      const begin = function (this: ModuleRestApi, text: string): OperationDraft {
        return this.#begin(method, text, callSite(begin))
      }
      Object.defineProperty(this.prototype, method, { value: begin })
    }
  }

  constructor(sink: RestSink, owner: RestOwner) {
    this.#sink = sink
    this.#owner = owner
  }

  mount(text: string, handler: RequestHandler): void {
    const owner = this.#owner
    const path = pathOf(text, `mount ${text}`, owner)
    if (path.segments.some((segment) => segment.kind !== 'literal'))
      throw invalid(`mount ${text}`, owner, 'a mount has no parameters; its router may have')
    if (typeof handler !== 'function') throw invalid(`mount ${text}`, owner, 'its handler is not a function')
    this.#sink.mount(Object.freeze({ path, owner, handler }))
  }

  // The draft has every method of every state; which of them may be called when is the types' affair.
  #begin(method: HttpMethod, text: string, site: CallSite): OperationDraft {
    const owner = this.#owner
    const path = pathOf(text, `${method.toUpperCase()} ${text}`, owner)
    const draft = new OperationDraft({ method, owner, path, site })
    this.#sink.begin(draft)
    return draft
  }
}

function pathOf(text: string, route: string, owner: RestOwner): PathTemplate {
  const parsed = parsePathTemplate(text)
  if ('reason' in parsed) throw invalid(route, owner, parsed.reason)
  return parsed.template
}

function invalid(route: string, owner: RestOwner, reason: string): HostError {
  return new HostError('ROUTE_INVALID', { route, module: owner.module, reason })
}
