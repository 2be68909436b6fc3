import type { Operation } from '@modkit/core/spi'

/** The limits that the operation sets itself, under names of our own: OpenAPI has none for them. */
export function limitExtensions({ timeoutMs, bodyLimitBytes, rateLimit }: Operation): object {
  return {
    ...(timeoutMs !== undefined && { 'x-timeout-ms': timeoutMs }),
    ...(bodyLimitBytes !== undefined && { 'x-body-limit-bytes': bodyLimitBytes }),
    ...(rateLimit?.rps !== undefined && {
      'x-rate-limit-rps': rateLimit.rps,
      'x-rate-limit-burst': rateLimit.burst ?? Math.ceil(rateLimit.rps),
      'x-rate-limit-by': rateLimit.by ?? 'operation',
    }),
    ...(rateLimit?.inFlight !== undefined && { 'x-in-flight-limit': rateLimit.inFlight }),
  }
}
