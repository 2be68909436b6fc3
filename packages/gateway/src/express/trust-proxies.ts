import type { Express, Request, RequestHandler } from 'express'
import { clientAddressOf } from '../exchange/client-address.js'

/**
 * Makes an application of Express say of a request's origin what the gateway says: `ip` is the client's address, and whether the
 * client came by TLS (`protocol`, `secure`) is what the proxies say, if there are any.
 *
 * `host`, and with it `hostname`, stays that of `Host`. Express would take `x-forwarded-host` from whoever it takes addresses from,
 * but many a proxy that appends to `x-forwarded-for` lets that header through as the client has written it, and links that are made
 * of it, as those of mails are, would lead wherever the client likes.
 *
 * Where an application is told itself whom to trust, before or afterwards, that is what it does.
 */
export function trustProxies(app: Express, trusted: () => number): void {
  if (app.get('trust proxy') !== false) return
  const trust = (_address: string, hop: number): boolean => hop < trusted()
  app.set('trust proxy', trust)
  define(app, 'ip', { trust, read: (request) => clientAddressOf(request, trusted()) })
  define(app, 'host', { trust, read: ({ headers }) => headers.host })
}

/** Whether what is mounted is an application, with settings and with objects of its own, and no router. */
export function isApplication(handler: RequestHandler): handler is Express {
  return 'set' in handler && 'handle' in handler && 'request' in handler
}

interface Reading {
  /** The setting with which this is how it is read. */
  readonly trust: unknown
  readonly read: (request: Request) => string | undefined
}

function define(app: Express, name: 'ip' | 'host', { trust, read }: Reading): void {
  const inherited = Object.getPrototypeOf(app.request) as object
  Object.defineProperty(app.request, name, {
    configurable: true,
    enumerable: true,
    get(this: Request): unknown {
      return this.app.get('trust proxy') === trust ? read(this) : Reflect.get(inherited, name, this)
    },
  })
}
