import { settingsSchema, tlsRule, tlsSettings, type Rule, type TlsConfig, type TlsSettings } from '@modkit/core/spi'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { clientRule, clientSettings, type ClientConfig, type ClientSettings } from '../client/client-settings.js'
import { clientTlsIssues } from '../tls/client-tls-settings.js'
import type { AuthenticationMode } from './call-admission.js'
import { parseListenAddress, type ListenAddress } from './endpoint.js'
import { directoryIssues, directoryRule, type DirectoryConfig } from './hub-directory-config.js'
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
  /**
   * Certificate and key of the hub, read again when they change. Not for a Unix socket, whose file guards it: clients dial `unix`
   * endpoints in plain text. Default: connections are plain.
   */
  readonly tls?: TlsConfig
  /**
   * What is made of tokens in the metadata `authorization`, by the authenticator of the host: `off`, they are not looked at;
   * `optional`, one that comes has to be good; `required`, every call needs one, or a caller that the host vouches for. Default
   * `optional`.
   */
  readonly authentication?: AuthenticationMode
  /**
   * The file of an Ed25519 private key, PEM, that this host shares with others: they believe what one of them says of its callers.
   * Default: a key that is made for this process and never leaves it.
   */
  readonly signing_key_file?: string
  /** Whether every call is logged once it is over. Default false: calls between modules are many. */
  readonly access_log?: boolean
  /** `grpc.health.v1.Health`. */
  readonly health?: {
    /** Default true. */
    readonly enabled?: boolean
  }
  /** `grpc.reflection.v1.ServerReflection`, and `v1alpha`. */
  readonly reflection?: {
    /** Default false: it shows everybody who may call what there is to be called. */
    readonly enabled?: boolean
  }
  readonly limits?: LimitsConfig
  readonly keepalive?: KeepaliveConfig
  readonly directory?: DirectoryConfig
  readonly client?: ClientConfig
}

/** The settings of the hub, checked. */
export interface HubSettings {
  readonly listenAddress: ListenAddress
  readonly tls: TlsSettings | undefined
  readonly authentication: AuthenticationMode
  readonly signingKeyFile: string | undefined
  readonly writesAccessLog: boolean
  readonly offersHealth: boolean
  readonly offersReflection: boolean
  readonly limits: HubLimits
  readonly directory: DirectoryConfig
  readonly client: ClientSettings
}

const boolean: Rule = { kind: 'boolean' }

/** A section of {@link HubConfig} that has more than one setting has a file of its own: its type, its rule, its reading. */
const rules: Readonly<Record<keyof HubConfig, Rule>> = {
  listen_addr: { kind: 'text' },
  tls: tlsRule,
  authentication: { kind: 'choice', words: ['off', 'optional', 'required'] },
  signing_key_file: { kind: 'text' },
  access_log: boolean,
  health: { kind: 'section', keys: { enabled: boolean } },
  reflection: { kind: 'section', keys: { enabled: boolean } },
  limits: limitsRule,
  keepalive: keepaliveRule,
  directory: directoryRule,
  client: clientRule,
  ...flatLimitsRules,
}

const written = settingsSchema<HubConfig>(rules)

/** The schema of {@link HubConfig}. Unknown keys are issues. */
export const hubConfig: StandardSchemaV1<HubConfig, HubSettings> = {
  '~standard': { version: 1, vendor: 'modkit', validate },
}

const DEFAULT_ADDRESS = '127.0.0.1:50051'

function validate(value: unknown): StandardSchemaV1.Result<HubSettings> {
  // The rules of settings wait for nothing.
  const checked = written['~standard'].validate(value) as StandardSchemaV1.Result<HubConfig>
  return checked.issues ? checked : settingsOf(checked.value)
}

/** What only whoever uses a setting can judge is judged here. */
function settingsOf(config: HubConfig): StandardSchemaV1.Result<HubSettings> {
  const { listen_addr = DEFAULT_ADDRESS, directory = {} } = config
  const listenAddress = parseListenAddress(listen_addr)
  if (listenAddress.kind === 'bad') {
    const message = `"${listen_addr}" is not an address to listen on: ${listenAddress.reason}`
    return { issues: [{ message, path: ['listen_addr'] }] }
  }
  const issues = [
    ...tlsIssues(config, listenAddress),
    ...directoryIssues(directory),
    ...clientTlsIssues(config.client?.tls),
  ]
  return issues.length > 0 ? { issues } : { value: withDefaults(config, listenAddress) }
}

/** Nobody would reach such a hub: a `unix` endpoint does not say that it is encrypted, nor has it a name to check. */
function tlsIssues({ tls }: HubConfig, { kind }: ListenAddress): StandardSchemaV1.Issue[] {
  if (kind !== 'unix' || tls === undefined) return []
  const message =
    'is for "host:port": a Unix socket is open to the user of this process alone, and dialled without encryption. ' +
    'Leave it out, or listen on an address'
  return [{ message, path: ['tls'] }]
}

function withDefaults(config: HubConfig, listenAddress: ListenAddress): HubSettings {
  const { tls, authentication, signing_key_file, access_log, health, reflection, ...others } = config
  const { limits, keepalive, directory, client, ...flat } = others
  return {
    listenAddress,
    tls: tlsSettings(tls),
    authentication: authentication ?? 'optional',
    signingKeyFile: signing_key_file,
    writesAccessLog: access_log ?? false,
    offersHealth: health?.enabled ?? true,
    offersReflection: reflection?.enabled ?? false,
    limits: hubLimits({ ...flat, ...limits }, keepalive ?? {}),
    directory: directory ?? {},
    client: clientSettings(client),
  }
}

/** What the hub does when nothing is configured. */
export const defaultHubSettings: HubSettings = withDefaults({}, { kind: 'tcp', host: '127.0.0.1', port: 50_051 })
