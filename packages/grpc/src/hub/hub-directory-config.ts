import type { Rule } from '@modkit/core/spi'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { parseEndpoint } from '../directory/dial-address.js'

/** `modules.grpc-hub.config.directory`: whose directory the process is in. */
export interface DirectoryConfig {
  /** The directory of another host, which this process joins. Default: `MODKIT_DIRECTORY_ENDPOINT`, or its own. */
  readonly endpoint?: string
  /** What is shown to it. Default: `MODKIT_DIRECTORY_TOKEN`. */
  readonly token?: string
  /** What instances may show to this host's directory that it has not spawned. Default: none, so that nobody else may call. */
  readonly secrets?: readonly string[]
}

export const directoryRule: Rule = {
  kind: 'section',
  keys: {
    endpoint: { kind: 'text' },
    token: { kind: 'text' },
    secrets: { kind: 'list', item: { kind: 'text' } },
  },
}

/** Shorter ones can be guessed. */
const MIN_SECRET_LENGTH = 16

/** What a header can carry after "Bearer". */
const TOKEN = /^[\x21-\x7e]+$/

/** What only whoever uses the settings can judge. */
export function directoryIssues({ endpoint, token, secrets = [] }: DirectoryConfig): StandardSchemaV1.Issue[] {
  const issues: StandardSchemaV1.Issue[] = []
  const object = (message: string, ...path: readonly PropertyKey[]): void => {
    issues.push({ message, path: ['directory', ...path] })
  }
  if (endpoint !== undefined && parseEndpoint(endpoint) === undefined) {
    object(`"${endpoint}" is not http://host:port, https://host:port or unix:///path`, 'endpoint')
  }
  if (token !== undefined && !TOKEN.test(token)) object('must be of visible ASCII characters, without spaces', 'token')
  secrets.forEach((secret, index) => {
    if (!TOKEN.test(secret)) object('must be of visible ASCII characters, without spaces', 'secrets', index)
    else if (secret.length < MIN_SECRET_LENGTH) {
      object(`must have at least ${String(MIN_SECRET_LENGTH)} characters`, 'secrets', index)
    }
  })
  if (endpoint !== undefined && secrets.length > 0) {
    object('is for a directory of its own, and this process joins another', 'secrets')
  }
  return issues
}
