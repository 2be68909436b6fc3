import { Client, credentials, type ChannelOptions } from '@grpc/grpc-js'
import type { ServicePolicy } from './call-policy.js'
import type { ServiceTarget } from './channel-source.js'
import type { ClientSettings } from './client-settings.js'

/** A channel to a service: its connections are made when the first call needs them, and again whenever they are lost. */
export function openChannel(
  { target, options, credentials: given }: ServiceTarget,
  policy: ServicePolicy,
  settings: ClientSettings,
): Client {
  return new Client(target, given ?? credentials.createInsecure(), {
    ...keepalive(settings),
    'grpc.max_receive_message_length': settings.maxReceiveMessageBytes,
    // Statistics that nothing reads, kept per connection and call.
    'grpc.enable_channelz': 0,
    // The connections end with the host that made them, although another one of this process dials the same address.
    'grpc.use_local_subchannel_pool': 1,
    ...options,
    'grpc.service_config': serviceConfig(options['grpc.service_config'], policy),
  })
}

function keepalive({ keepaliveIntervalMs, keepaliveTimeoutMs }: ClientSettings): ChannelOptions {
  if (keepaliveIntervalMs === 0) return {}
  return { 'grpc.keepalive_time_ms': keepaliveIntervalMs, 'grpc.keepalive_timeout_ms': keepaliveTimeoutMs }
}

/** The policy's part added to what the channel's source says of balancing. */
function serviceConfig(given: string | undefined, { methodConfig }: ServicePolicy): string {
  const config = (given === undefined ? {} : JSON.parse(given)) as { readonly methodConfig?: readonly unknown[] }
  return JSON.stringify({
    loadBalancingConfig: [],
    ...config,
    methodConfig: [...methodConfig, ...(config.methodConfig ?? [])],
  })
}
