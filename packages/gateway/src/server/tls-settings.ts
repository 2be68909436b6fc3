import { HostError } from '@modkit/core'
import type { Rule } from '@modkit/core/spi'

/** `modules.api-gateway.config.tls`. Files are read again when they change. */
export interface TlsConfig {
  /** The file of the certificate, PEM, with the chain. */
  readonly cert_file: string
  /** The file of the private key, PEM. */
  readonly key_file: string
  /** Of the key, where it has one. */
  readonly passphrase?: string
  /** The certificates that sign clients' certificates, PEM: clients without one are refused (mutual TLS). */
  readonly client_ca_file?: string
  /** Default `TLSv1.2`. */
  readonly min_version?: 'TLSv1.2' | 'TLSv1.3'
}

export interface TlsSettings {
  readonly certFile: string
  readonly keyFile: string
  readonly passphrase: string | undefined
  readonly clientCaFile: string | undefined
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
}

const text: Rule = { kind: 'text' }

export const tlsRule: Rule = {
  kind: 'section',
  keys: {
    cert_file: text,
    key_file: text,
    passphrase: text,
    client_ca_file: text,
    min_version: { kind: 'choice', words: ['TLSv1.2', 'TLSv1.3'] },
  },
}

/** @throws HostError `GATEWAY_CONFIG_INVALID` where a file is not named */
export function tlsSettings(config: TlsConfig | undefined): TlsSettings | undefined {
  if (config === undefined) return undefined
  const { cert_file, key_file, passphrase, client_ca_file, min_version } = config as Partial<TlsConfig>
  if (cert_file === undefined || key_file === undefined) {
    const reason = 'a server needs both cert_file and key_file'
    throw new HostError('GATEWAY_CONFIG_INVALID', { setting: 'tls', reason })
  }
  return {
    certFile: cert_file,
    keyFile: key_file,
    passphrase,
    clientCaFile: client_ca_file,
    minVersion: min_version ?? 'TLSv1.2',
  }
}
