/** An entry of `methodConfig` in gRPC's service config: which calls it is for, and their timeout and retries. */
export type MethodConfig = Readonly<Record<string, unknown>>

/** What a service config is composed of. */
export interface ServiceConfigParts {
  /** The full name of the service. */
  readonly service: string
  /** Default: none. An entry without `name` is for every method of the service. */
  readonly methodConfig?: readonly MethodConfig[] | undefined
}

/**
 * Calls go to the instances in turn. One that fails most of its calls while others do not is left out for a while; at most
 * half of them are, so that an error of the service itself is not taken for one of its instances.
 */
const balancing = [
  {
    outlier_detection: {
      interval: { seconds: 1, nanos: 0 },
      base_ejection_time: { seconds: 3, nanos: 0 },
      max_ejection_time: { seconds: 30, nanos: 0 },
      max_ejection_percent: 50,
      // grpc-js counts every status but OK, so the answers that a service means must not suffice.
      failure_percentage_ejection: {
        threshold: 85,
        enforcement_percentage: 100,
        minimum_hosts: 2,
        request_volume: 10,
      },
      child_policy: [{ round_robin: {} }],
    },
  },
]

/** The service config of a channel, for the option `grpc.service_config`: how calls are spread, and how methods are called. */
export function composeServiceConfig({ service, methodConfig = [] }: ServiceConfigParts): string {
  const named = methodConfig.map((config) => ({ name: [{ service }], ...config }))
  return JSON.stringify({ loadBalancingConfig: balancing, methodConfig: named })
}
