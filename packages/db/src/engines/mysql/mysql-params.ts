import { durationParameter, type ParametersOf, switchParameter, textParameter } from '../../config/parameters.js'
import { SERVER_DEFAULTS, type ServerParams } from '../server/server-settings.js'
import { mysqlTlsParameters, noTls } from '../server/tls-settings.js'

export interface MysqlParams extends ServerParams {
  /** A socket of the machine in place of host and port. */
  readonly socket?: string
  readonly charset: string
  readonly collation?: string
  /** The session's, for what the server computes from times. */
  readonly timezone: string
  readonly pipesAsConcat: boolean
  readonly noEngineSubstitution: boolean
}

const NAME = /^[a-z0-9_]{1,64}$/i
const OFFSET = /^(?:utc|z|[+-](?:0\d|1[0-4]):[0-5]\d)$/i

/** The parameters of MySQL and MariaDB. */
export const mysqlParameters: ParametersOf<MysqlParams> = {
  of: 'MySQL',
  defaults: {
    ...noTls,
    ...SERVER_DEFAULTS,
    charset: 'utf8mb4',
    timezone: '+00:00',
    pipesAsConcat: false,
    noEngineSubstitution: true,
  },
  table: {
    ...mysqlTlsParameters<MysqlParams>(),
    socket: textParameter((socket) => ({ socket })),
    charset: {
      legal: 'the name of a character set',
      read: (value) => (NAME.test(value) ? { charset: value } : undefined),
    },
    collation: {
      legal: 'the name of a collation',
      read: (value) => (NAME.test(value) ? { collation: value } : undefined),
    },
    timezone: {
      legal: 'utc or an offset such as +02:00',
      read: (value) => (OFFSET.test(value) ? { timezone: /^[uz]/i.test(value) ? '+00:00' : value } : undefined),
    },
    connect_timeout: durationParameter(1_000, (connectTimeoutMs) => ({ connectTimeoutMs })),
    statement_timeout: durationParameter(1, (statementTimeoutMs) => ({ statementTimeoutMs })),
    pipes_as_concat: switchParameter((pipesAsConcat) => ({ pipesAsConcat })),
    no_engine_substitution: switchParameter((noEngineSubstitution) => ({ noEngineSubstitution })),
  },
}
