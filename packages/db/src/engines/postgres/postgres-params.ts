import { durationParameter, type ParametersOf, textParameter } from '../../config/parameters.js'
import { SERVER_DEFAULTS, type ServerParams } from '../server/server-settings.js'
import { noTls, postgresTlsParameters } from '../server/tls-settings.js'

export interface PostgresParams extends ServerParams {
  readonly applicationName?: string
  /** Settings of the session, as the server names them. */
  readonly runtime: Readonly<Record<string, string>>
}

const RUNTIME_NAME = /^[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)?$/

const FLOAT_DIGITS = /^(?:-(?:1[0-5]|[1-9])|[0-3])$/

/** The parameters of PostgreSQL. What the table does not know is a setting of the session, for the server to judge. */
export function postgresParameters(): ParametersOf<PostgresParams> {
  let runtime: Readonly<Record<string, string>> = {}
  const setting = (name: string, value: string): Partial<PostgresParams> => {
    runtime = { ...runtime, [name]: value }
    return { runtime }
  }
  return {
    of: 'PostgreSQL',
    defaults: { ...noTls, ...SERVER_DEFAULTS, runtime },
    table: {
      ...postgresTlsParameters<PostgresParams>(),
      application_name: textParameter((applicationName) => ({ applicationName })),
      connect_timeout: durationParameter(1_000, (connectTimeoutMs) => ({ connectTimeoutMs })),
      statement_timeout: durationParameter(1, (statementTimeoutMs) => ({ statementTimeoutMs })),
      extra_float_digits: {
        legal: 'a whole number from -15 to 3',
        read: (value) => (FLOAT_DIGITS.test(value) ? setting('extra_float_digits', value) : undefined),
      },
    },
    others: (name, value) => (RUNTIME_NAME.test(name) && !UNSUPPORTED.has(name) ? setting(name, value) : undefined),
  }
}

/** What other drivers take, and what would be no setting of the session to the server. */
const UNSUPPORTED: ReadonlySet<string> = new Set([
  ...['statement_cache_capacity', 'sslcrl', 'sslpassword', 'sslnegotiation', 'channel_binding', 'gssencmode'],
  ...['host', 'hostaddr', 'port', 'user', 'password', 'dbname', 'database', 'options', 'service', 'passfile'],
])

/** Settings of the session as the start of a connection takes them: `-c name=value`, spaces and backslashes escaped. */
export function runtimeOptions(runtime: Readonly<Record<string, string>>): string {
  return Object.entries(runtime)
    .map(([name, value]) => `-c ${name}=${value.replace(/[\\ ]/g, (character) => `\\${character}`)}`)
    .join(' ')
}
