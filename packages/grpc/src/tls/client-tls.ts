import { readFileSync, statSync } from 'node:fs'
import { isIP, type Socket } from 'node:net'
import {
  checkServerIdentity,
  connect,
  createSecureContext,
  type ConnectionOptions,
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import { HostError, type Clock, type Logger } from '@modkit/core'
import { messageOf } from '@modkit/core/spi'
import type { ClientTlsSettings } from './client-tls-settings.js'

/** What a client of TLS servers is made of. */
export interface ClientTlsOptions {
  readonly settings: ClientTlsSettings
  readonly clock: Clock
  /** Told of renewed files that cannot be used. */
  readonly logger: Logger
}

/** How long a server may take to agree on encryption. */
const HANDSHAKE_MS = 5_000

/** What this process knows and shows when it connects to servers that speak TLS. Renewed files count from the next connection on. */
export class ClientTls {
  readonly #options: ClientTlsOptions
  /** Made when first needed where it holds no files, because reading what the system trusts takes its time. */
  #context: SecureContext | undefined
  #seen: string

  /** @throws HostError `TLS_FILES_INVALID` for files that cannot be read or do not belong together */
  constructor(options: ClientTlsOptions) {
    this.#options = options
    this.#seen = stateOf(options.settings)
    if (filesOf(options.settings).length > 0) this.#context = readContext(options.settings)
  }

  /**
   * Encrypts a connection to a server whose certificate must be good for one of `names`, or for the one that is configured.
   * Rejects, and ends the connection, where it is not, and where that takes longer than 5 s.
   */
  secure(socket: Socket, names: readonly string[]): Promise<TLSSocket> {
    const { clock, settings } = this.#options
    const accepted = settings.serverName === undefined ? names : [settings.serverName]
    return new Promise((resolve, reject) => {
      const secured = connect(this.#connectionOptions(socket, accepted))
      const timer = clock.after(
        HANDSHAKE_MS,
        () =>
          secured.destroy(
            new HostError('DEADLINE_EXCEEDED', { operation: 'The TLS handshake', afterMs: HANDSHAKE_MS }),
          ),
        { keepAlive: false },
      )
      secured.once('secureConnect', () => {
        timer.cancel()
        resolve(secured)
      })
      // Later errors are for whoever has the connection by then; one without a listener would end the process.
      secured.on('error', (error: Error) => {
        timer.cancel()
        reject(error)
      })
    })
  }

  #connectionOptions(socket: Socket, names: readonly string[]): ConnectionOptions {
    const [first = ''] = names
    return {
      socket,
      secureContext: this.#current(),
      host: first,
      // Addresses are no names that a server could be asked for by.
      servername: isIP(first) === 0 ? first : '',
      ALPNProtocols: ['h2'],
      checkServerIdentity: (_, certificate) => checkNames(names, certificate),
    }
  }

  #current(): SecureContext {
    const { settings, logger } = this.#options
    const state = stateOf(settings)
    if (this.#context && state === this.#seen) return this.#context
    this.#seen = state
    try {
      return (this.#context = readContext(settings))
    } catch (error) {
      if (!this.#context) throw error
      const consequence = 'connections are made with the old ones'
      logger.error(`TLS files of clients have changed and cannot be used: ${consequence}`, { error })
      return this.#context
    }
  }
}

function checkNames(names: readonly string[], certificate: PeerCertificate): Error | undefined {
  const errors = names.map((name) => checkServerIdentity(name, certificate))
  return errors.includes(undefined) ? undefined : errors[0]
}

function filesOf({ caFile, certFile, keyFile }: ClientTlsSettings): readonly string[] {
  return [caFile, certFile, keyFile].filter((file) => file !== undefined)
}

function readContext(settings: ClientTlsSettings): SecureContext {
  const { caFile, certFile, keyFile, passphrase } = settings
  try {
    return createSecureContext({
      ...(caFile !== undefined && { ca: readFileSync(caFile) }),
      ...(certFile !== undefined && { cert: readFileSync(certFile) }),
      ...(keyFile !== undefined && { key: readFileSync(keyFile) }),
      ...(passphrase !== undefined && { passphrase }),
    })
  } catch (error) {
    const reason = messageOf(error).replace(/\.$/, '')
    throw new HostError('TLS_FILES_INVALID', { file: filesOf(settings).join(', '), reason }, { cause: error })
  }
}

/** What changes when a file does. */
function stateOf(settings: ClientTlsSettings): string {
  return filesOf(settings).map(stampOf).join(' ')
}

function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat === undefined ? 'none' : [stat.mtimeMs, stat.size, stat.ino].join('-')
}
