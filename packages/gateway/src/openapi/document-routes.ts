import type { Exchange } from '../exchange/exchange.js'
import { sendTagged, taggedAndZipped, type TaggedBody } from '../exchange/tagged-answer.js'
import type { Route } from '../routing/router.js'
import { yamlText } from './yaml-text.js'

export const jsonPath = '/openapi.json'
export const yamlPath = '/openapi.yaml'

/** Whoever has the document asks whether it is still the one: a new release may have another. */
const HEADERS = { 'cache-control': 'no-cache' } as const

/** Serve the document as JSON and as YAML, for programs and for eyes. It is made when it is first asked for. */
export function documentRoutes(document: () => Promise<object>): { readonly json: Route; readonly yaml: Route } {
  let made: Promise<object> | undefined
  const once = (): Promise<object> => (made ??= document())
  return {
    json: writtenRoute('application/json; charset=utf-8', async () => asJson(await once())),
    yaml: writtenRoute('application/yaml', async () => yamlText(await once())),
  }
}

function writtenRoute(contentType: string, write: () => Promise<string>): Route {
  let written: Promise<TaggedBody> | undefined
  const answer = async (exchange: Exchange): Promise<void> => {
    written ??= write().then((bytes) => taggedAndZipped({ contentType, bytes }))
    sendTagged(exchange, await written, HEADERS)
  }
  return { serve: (exchange) => void answer(exchange).catch((error: unknown) => exchange.fail(error)) }
}

function asJson(document: object): string {
  return `${JSON.stringify(document, undefined, 2)}\n`
}
