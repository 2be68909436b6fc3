import type { ConnectionOptions } from 'node:tls'
import { choiceParameter, type Parameter, textParameter } from '../../config/parameters.js'
import { readTlsFiles, type TlsFiles } from './tls-files.js'

/** How a connection to a server is encrypted. */
export interface TlsSettings extends TlsFiles {
  /**
   * `disable`: not at all. `require`: encrypted, whoever the server is. `verify-ca`: its certificate is from an authority that
   * is trusted. `verify-full`: and is for the host that is named.
   */
  readonly tlsMode: TlsMode
}

const MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const
type TlsMode = (typeof MODES)[number]

/** What MySQL's own tools call the same. */
const MYSQL_MODES: Readonly<Record<string, TlsMode>> = {
  disabled: 'disable',
  required: 'require',
  'verify-ca': 'verify-ca',
  'verify-identity': 'verify-full',
}

export const noTls: TlsSettings = { tlsMode: 'disable' }

/** The parameters of PostgreSQL's own tools, and of MySQL's: their names and their words for the same settings. */
export function postgresTlsParameters<T extends TlsSettings>(): Readonly<Record<string, Parameter<T>>> {
  const mode = choiceParameter<T, TlsMode>(MODES, (tlsMode) => ({ tlsMode }) as Partial<T>)
  return { sslmode: mode, ssl_mode: mode, ...fileParameters('sslrootcert', 'sslcert', 'sslkey') }
}

export function mysqlTlsParameters<T extends TlsSettings>(): Readonly<Record<string, Parameter<T>>> {
  const words = Object.keys(MYSQL_MODES)
  const mode = choiceParameter<T, string>(words, (word) => ({ tlsMode: MYSQL_MODES[word] }) as Partial<T>)
  return { ssl_mode: mode, ...fileParameters('ssl_ca', 'ssl_cert', 'ssl_key') }
}

function fileParameters<T extends TlsSettings>(
  ca: string,
  cert: string,
  key: string,
): Readonly<Record<string, Parameter<T>>> {
  return {
    [ca]: textParameter((caFile) => ({ caFile }) as Partial<T>),
    [cert]: textParameter((certFile) => ({ certFile }) as Partial<T>),
    [key]: textParameter((keyFile) => ({ keyFile }) as Partial<T>),
  }
}

/** What contradicts itself; `undefined` where nothing does. */
export function tlsConflict({ tlsMode, caFile, certFile, keyFile }: TlsSettings): string | undefined {
  const hasFiles = [caFile, certFile, keyFile].some((file) => file !== undefined)
  if (tlsMode === 'disable' && hasFiles) return 'it names files for TLS, and its mode is "disable"'
  if (tlsMode === 'require' && caFile !== undefined) {
    return 'it names an authority, and its mode asks for none; take "verify-ca", or a stricter one'
  }
  if ((certFile === undefined) !== (keyFile === undefined)) return 'a certificate and its key belong together'
  return undefined
}

/**
 * The options of a TLS connection; `undefined` for a plain one. Reads the files.
 *
 * @throws Error that names a file which cannot be read, or holds something else
 */
export function tlsOptions({ tlsMode, ...files }: TlsSettings): ConnectionOptions | undefined {
  if (tlsMode === 'disable') return undefined
  return {
    rejectUnauthorized: tlsMode !== 'require',
    ...(tlsMode === 'verify-ca' && { checkServerIdentity: () => undefined }),
    ...readTlsFiles(files),
  }
}
