import { credentials, type ChannelCredentials, type ChannelOptions } from '@grpc/grpc-js'
import { dialTarget } from '../hub/endpoint.js'

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
export function fixedEndpoints(endpoints: Readonly<Record<string, string>>): ChannelSource {
  return {
    channelFor(service) {
      const endpoint = Object.hasOwn(endpoints, service) ? endpoints[service] : undefined
      if (endpoint === undefined) return undefined
      if (!endpoint.startsWith('https://')) return { target: dialTarget(endpoint), options: {} }
      const target = endpoint.slice('https://'.length)
      return { target, options: {}, credentials: credentials.createSsl() }
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
