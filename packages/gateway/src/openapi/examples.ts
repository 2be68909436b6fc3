import type { Examples } from '@modkit/core/spi'

/** Examples as OpenAPI 3.1 says them; nothing where there are none. */
export function examplesOf({ examples }: { readonly examples: Examples | undefined }): object {
  if (examples === undefined) return {}
  return { examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])) }
}
