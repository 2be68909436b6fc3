import type { Route } from '../routing/router.js'

export const documentPath = '/openapi.json'

/** Serves the document, for programs and for eyes. Made when it is first asked for. */
export function documentRoute(document: () => object): Route {
  let bytes: string | undefined
  return {
    serve(exchange) {
      bytes ??= JSON.stringify(document(), undefined, 2)
      const body = { contentType: 'application/json; charset=utf-8', bytes }
      exchange.send(200, body, { 'cache-control': 'no-store' })
    },
  }
}
