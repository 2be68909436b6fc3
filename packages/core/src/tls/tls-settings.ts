import type { SectionRule } from '../config/sections/rule.js'

/** The section `tls` of a server. Files are read again when they change. */
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

/** A {@link TlsConfig} with its defaults. */
export interface TlsSettings {
  readonly certFile: string
  readonly keyFile: string
  readonly passphrase: string | undefined
  readonly clientCaFile: string | undefined
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
}

const text = { kind: 'text' } as const

/** What {@link TlsConfig} is held against. */
export const tlsRule: SectionRule = {
  kind: 'section',
  required: ['cert_file', 'key_file'],
  keys: {
    cert_file: text,
    key_file: text,
    passphrase: text,
    client_ca_file: text,
    // Choices are compared, and given, in small letters.
    min_version: { kind: 'choice', words: ['tlsv1.2', 'tlsv1.3'] },
  },
}

/** The settings of a section, or `undefined` where there is none: the server is then not secure. */
export function tlsSettings(config: TlsConfig | undefined): TlsSettings | undefined {
  if (config === undefined) return undefined
  const { cert_file, key_file, passphrase, client_ca_file, min_version = 'TLSv1.2' } = config
  return {
    certFile: cert_file,
    keyFile: key_file,
    passphrase,
    clientCaFile: client_ca_file,
    minVersion: min_version.toLowerCase() === 'tlsv1.3' ? 'TLSv1.3' : 'TLSv1.2',
  }
}
