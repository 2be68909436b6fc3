import type { Operation } from '@modkit/core/spi'

/** The limits that the operation sets itself, under names of our own: OpenAPI has none for them. */
export function limitExtensions({ timeoutMs, bodyLimitBytes }: Operation): object {
  return {
    ...(timeoutMs !== undefined && { 'x-timeout-ms': timeoutMs }),
    ...(bodyLimitBytes !== undefined && { 'x-body-limit-bytes': bodyLimitBytes }),
  }
}
