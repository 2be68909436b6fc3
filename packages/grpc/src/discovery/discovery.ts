import type { ChannelCredentials, ChannelOptions } from '@grpc/grpc-js'

/** What grpc-js needs to know to reach a service, wherever it is and moves to. */
export interface DiscoveredChannel {
  readonly target: string
  readonly options: ChannelOptions
  /** Left out where nothing is encrypted. */
  readonly credentials?: ChannelCredentials
}

/** Finds services. */
export interface Discovery {
  /** How to make a channel to a service, by its full name. Asks nobody: what is found is found when the channel is used. */
  channelFor(service: string): DiscoveredChannel
}
