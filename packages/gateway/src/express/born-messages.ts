import { IncomingMessage, ServerResponse } from 'node:http'
import type { Express } from 'express'

type MessageClasses = Readonly<{
  IncomingMessage: typeof IncomingMessage
  ServerResponse: typeof ServerResponse<IncomingMessage>
}>

/** The classes of a server's messages, which can turn into Express's own. */
export interface BornMessages extends MessageClasses {
  /** From now on messages are born as Express's requests and responses. */
  becomeExpress(app: Express): void
}

/**
 * Express sets the prototype of each message that it is given, which costs almost half of the throughput unless the
 * message has that prototype already. So, once every request goes through Express, they are born with it.
 */
export function bornMessages(): BornMessages {
  const request = constructorLike(IncomingMessage)
  const response = constructorLike(ServerResponse<IncomingMessage>)
  return {
    IncomingMessage: request,
    ServerResponse: response,
    becomeExpress(app) {
      request.prototype = app.request
      response.prototype = app.response
    },
  }
}

/** A constructor of the same objects whose `prototype`, unlike that of a class, can be replaced. */
function constructorLike<T extends abstract new (...args: never[]) => object>(base: T): T {
  const create = function (this: object, ...args: unknown[]): object {
    return Reflect.construct(base, args, new.target) as object
  }
  create.prototype = base.prototype as object
  // `new create()` makes what `new base()` makes, and has what it has.
  return Object.setPrototypeOf(create, base) as T
}
