import { settingsSchema, type Rule } from '@modkit/core/spi'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { clientRule, clientSettings, type ClientConfig, type ClientSettings } from '../client/client-settings.js'
import { parseListenAddress, type ListenAddress } from './endpoint.js'
import {
  flatLimitsRules,
  hubLimits,
  keepaliveRule,
  limitsRule,
  type FlatLimits,
  type HubLimits,
  type KeepaliveConfig,
  type LimitsConfig,
} from './hub-limits.js'

/** `modules.grpc-hub.config`. A setting at the top that {@link LimitsConfig} has, too, is the same one written shorter. */
export interface HubConfig extends FlatLimits {
  /** `host:port`, `unix:///path` or `uds:///path`; port 0 takes any free one. Default `127.0.0.1:50051`. */
  readonly listen_addr?: string
  readonly limits?: LimitsConfig
  readonly keepalive?: KeepaliveConfig
  readonly client?: ClientConfig
}

/** The settings of the hub, checked. */
export interface HubSettings {
  readonly listenAddress: ListenAddress
  readonly limits: HubLimits
  readonly client: ClientSettings
}

/** A section of {@link HubConfig} that has more than one setting has a file of its own: its type, its rule, its reading. */
const rules: Readonly<Record<keyof HubConfig, Rule>> = {
  listen_addr: { kind: 'text' },
  limits: limitsRule,
  keepalive: keepaliveRule,
  client: clientRule,
  ...flatLimitsRules,
}

const written = settingsSchema<HubConfig>(rules)

/** The schema of {@link HubConfig}. Unknown keys are issues. */
export const hubConfig: StandardSchemaV1<HubConfig, HubSettings> = {
  '~standard': { version: 1, vendor: 'modkit', validate },
}

const DEFAULT_ADDRESS = '127.0.0.1:50051'

/** What the hub does when nothing is configured. */
export const defaultHubSettings: HubSettings = {
  listenAddress: { kind: 'tcp', host: '127.0.0.1', port: 50_051 },
  limits: hubLimits({}, {}),
  client: clientSettings(),
}

function validate(value: unknown): StandardSchemaV1.Result<HubSettings> {
  // The rules of settings wait for nothing.
  const checked = written['~standard'].validate(value) as StandardSchemaV1.Result<HubConfig>
  return checked.issues ? checked : settingsOf(checked.value)
}

/** What only whoever uses a setting can judge is judged here. */
function settingsOf(config: HubConfig): StandardSchemaV1.Result<HubSettings> {
  const { listen_addr = DEFAULT_ADDRESS, limits, keepalive, client, ...flat } = config
  const listenAddress = parseListenAddress(listen_addr)
  if (listenAddress.kind === 'bad') {
    const message = `"${listen_addr}" is not an address to listen on: ${listenAddress.reason}`
    return { issues: [{ message, path: ['listen_addr'] }] }
  }
  return {
    value: {
      listenAddress,
      limits: hubLimits({ ...flat, ...limits }, keepalive ?? {}),
      client: clientSettings(client),
    },
  }
}
