import type { ChannelCredentials, ChannelOptions } from '@grpc/grpc-js'
import { dialTarget } from '../hub/endpoint.js'
import type { ClientTls } from '../tls/client-tls.js'
import { credentialsOf } from '../tls/endpoint-credentials.js'

/** How a service is dialled. */
export interface ServiceTarget {
  /** A target of grpc-js. */
  readonly target: string
  readonly options: ChannelOptions
  /** Default: none, in the clear. */
  readonly credentials?: ChannelCredentials
  /** Whether calls wait for a connection where neither key nor configuration say it. Default false. */
  readonly waitForReady?: boolean
  /** Proves to who is called that this process is of the same family. */
  readonly familySecret?: string | undefined
}

/** Knows where services are. */
export interface ChannelSource {
  /** `undefined` for a service of which it can know nothing. */
  channelFor(service: string): ServiceTarget | undefined
}

/** Services whose places are written down. */
export function fixedEndpoints(endpoints: Readonly<Record<string, string>>, tls: ClientTls): ChannelSource {
  return {
    channelFor(service) {
      const endpoint = Object.hasOwn(endpoints, service) ? endpoints[service] : undefined
      if (endpoint === undefined) return undefined
      const credentials = credentialsOf(endpoint, tls)
      return { target: dialTarget(endpoint), options: {}, ...(credentials && { credentials }) }
    },
  }
}

/** The first source that knows a service. */
export function firstOf(sources: readonly ChannelSource[]): ChannelSource {
  return {
    channelFor(service) {
      for (const source of sources) {
        const target = source.channelFor(service)
        if (target) return target
      }
      return undefined
    },
  }
}
