import type { Express } from 'express'
import { IncomingRequest } from '../exchange/incoming-request.js'
import { OutgoingResponse } from '../exchange/outgoing-response.js'

type MessageClasses = Readonly<{
  IncomingMessage: typeof IncomingRequest
  ServerResponse: typeof OutgoingResponse
}>

/** The classes of a server's messages, which can turn into Express's own. */
export interface BornMessages extends MessageClasses {
  /** From now on messages are born as Express's requests and responses. */
  becomeExpress(app: Express): void
}

/**
 * Express sets the prototype of each message that it is given, which costs almost half of the throughput unless the
 * message has that prototype already. So, once every request goes through Express, they are born with it: Express's own
 * objects give way to the prototypes of our classes. Real classes: what is constructed for a function that only looks like
 * one gets a hidden class of its own each time, and everything that touches it is slow.
 */
export function bornMessages(): BornMessages {
  class BornRequest extends IncomingRequest {}
  class BornResponse extends OutgoingResponse {}
  return {
    IncomingMessage: BornRequest,
    ServerResponse: BornResponse,
    becomeExpress(app) {
      if (Object.is(app.request, BornRequest.prototype)) return
      app.request = taking(BornRequest.prototype, app.request)
      app.response = taking(BornResponse.prototype, app.response)
    },
  }
}

/** The prototype with everything that Express's object has and inherits, and what it has inherited from our own class. */
function taking<T extends object>(prototype: object, express: T): T {
  const ours = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(prototype) as object)
  Object.setPrototypeOf(prototype, Object.getPrototypeOf(express) as object)
  return Object.defineProperties(prototype, { ...ours, ...Object.getOwnPropertyDescriptors(express) }) as T
}
