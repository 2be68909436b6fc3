import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js'
import { HostError, type GrpcBinding } from '@modkit/core'
import { parseDuration } from '@modkit/core/spi'
import { isIdempotent, methodNameOf } from '../service/load-service.js'
import type { ClientSettings } from './client-settings.js'

/** How the calls of one key are made. */
export interface ServicePolicy {
  readonly deadlineMs: number
  /** `undefined`: as where the service is found says. */
  readonly waitForReady: boolean | undefined
  /** The part of gRPC's service config that says which methods are tried again. */
  readonly methodConfig: readonly MethodConfig[]
}

/** One entry of `methodConfig` in gRPC's service config. */
export interface MethodConfig {
  readonly name: readonly { readonly service: string; readonly method?: string }[]
  readonly retryPolicy: {
    readonly maxAttempts: number
    readonly initialBackoff: string
    readonly maxBackoff: string
    readonly backoffMultiplier: number
    readonly retryableStatusCodes: readonly string[]
  }
}

/** gRPC itself makes no more. */
const MAX_ATTEMPTS = 5

/** Waits between attempts, each jittered by grpc-js. */
const backoff = { initialBackoff: '0.05s', maxBackoff: '1s', backoffMultiplier: 2 }

/**
 * The policy of a key over what is configured.
 *
 * @throws HostError `GRPC_SERVICE_INVALID` when it names a method that the service lacks or a number of attempts that is
 * none, `DURATION_INVALID`
 */
export function policyOf(
  { service, policy = {} }: GrpcBinding,
  definition: ServiceDefinition,
  settings: ClientSettings,
): ServicePolicy {
  const refuse = (reason: string): never => {
    throw new HostError('GRPC_SERVICE_INVALID', { service, reason: `the policy of its client key ${reason}` })
  }
  const { deadline, idempotent = [], waitForReady = settings.waitForReady, attempts = settings.attempts } = policy
  if (!Number.isInteger(attempts) || attempts < 1) refuse(`asks for ${String(attempts)} attempts`)
  const names = Object.keys(definition)
  const unknown = idempotent.find((method) => !names.some((name) => methodNameOf(name) === methodNameOf(method)))
  if (unknown !== undefined) refuse(`names the method "${unknown}", which the service lacks`)
  const mayRepeat = ([name, method]: [string, MethodDefinition<unknown, unknown>]): boolean =>
    isIdempotent(method) || idempotent.some((each) => methodNameOf(each) === methodNameOf(name))
  const repeated = Object.entries(definition).filter(mayRepeat)
  return {
    deadlineMs:
      deadline === undefined ? settings.defaultDeadlineMs : parseDuration(deadline, `the policy of ${service}`),
    waitForReady,
    methodConfig: retries(
      repeated.map(([method]) => ({ service, method })),
      attempts,
    ),
  }
}

function retries(name: MethodConfig['name'], attempts: number): readonly MethodConfig[] {
  if (name.length === 0 || attempts === 1) return []
  const maxAttempts = Math.min(attempts, MAX_ATTEMPTS)
  return [{ name, retryPolicy: { maxAttempts, ...backoff, retryableStatusCodes: ['UNAVAILABLE'] } }]
}
