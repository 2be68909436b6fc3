import type { Rule } from '@modkit/core/spi'
import type { StandardSchemaV1 } from '@standard-schema/spec'

/**
 * `modules.grpc-hub.config.client.tls`: how `https` endpoints are reached, of services and of the directory. What is left out
 * is as the environment says, then as the system has it. Files are read again when they have changed.
 */
export interface ClientTlsConfig {
  /** The certificates that sign those of the servers, PEM. Default `MODKIT_TLS_CA_FILE`, then those that Node trusts. */
  readonly ca_file?: string
  /** What is shown to servers that ask who connects (mutual TLS), PEM. Default `MODKIT_TLS_CERT_FILE`, then nothing. */
  readonly cert_file?: string
  /** Its key, PEM. Default `MODKIT_TLS_KEY_FILE`. */
  readonly key_file?: string
  /** Of the key, where it has one. */
  readonly passphrase?: string
  /** The name that the certificates of all servers must carry. Default `MODKIT_TLS_SERVER_NAME`, then the host of the endpoint. */
  readonly server_name?: string
}

/** {@link ClientTlsConfig}, with what the environment says. */
export interface ClientTlsSettings {
  readonly caFile?: string | undefined
  readonly certFile?: string | undefined
  readonly keyFile?: string | undefined
  readonly passphrase?: string | undefined
  readonly serverName?: string | undefined
}

const text = { kind: 'text' } as const

export const clientTlsRule: Rule = {
  kind: 'section',
  keys: { ca_file: text, cert_file: text, key_file: text, passphrase: text, server_name: text },
}

/** What only whoever uses the settings can judge. */
export function clientTlsIssues({ cert_file, key_file }: ClientTlsConfig = {}): StandardSchemaV1.Issue[] {
  const missing = [cert_file === undefined && 'cert_file', key_file === undefined && 'key_file'].filter(Boolean)
  if (missing.length !== 1) return []
  const message = `has a certificate or a key without the other: ${String(missing[0])} is missing`
  return [{ message, path: ['client', 'tls'] }]
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * A child is not given the settings of its host's hub, but its environment, so the files can be named there for both. A
 * certificate and its key are taken from one place.
 */
export function clientTlsSettings(config: ClientTlsConfig = {}, environment: Environment = {}): ClientTlsSettings {
  const { ca_file, cert_file, key_file, passphrase, server_name } = config
  const own =
    cert_file === undefined ? fromEnvironment(environment) : { certFile: cert_file, keyFile: key_file, passphrase }
  return {
    ...own,
    caFile: ca_file ?? set(environment['MODKIT_TLS_CA_FILE']),
    serverName: server_name ?? set(environment['MODKIT_TLS_SERVER_NAME']),
  }
}

function fromEnvironment(environment: Environment): Pick<ClientTlsSettings, 'certFile' | 'keyFile'> {
  return { certFile: set(environment['MODKIT_TLS_CERT_FILE']), keyFile: set(environment['MODKIT_TLS_KEY_FILE']) }
}

function set(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}
