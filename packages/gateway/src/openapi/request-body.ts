import type { Operation } from '@modkit/core/spi'
import type { ComponentStore } from './component-store.js'
import { bodySchemas } from './operation-schemas.js'

const JSON_CONTENT_TYPE = 'application/json'

/** What an operation takes as its body, as OpenAPI 3.1 says it; `undefined` where it takes none. */
export function requestBodyOf(operation: Operation, components: ComponentStore): object | undefined {
  const content = bodySchemas(operation).map(({ schema, use }): [string, object] => [
    JSON_CONTENT_TYPE,
    { schema: components.localize(schema, use) },
  ])
  return content.length === 0 ? undefined : { required: true, content: Object.fromEntries(content) }
}
