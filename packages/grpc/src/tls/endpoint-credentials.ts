import type { Socket } from 'node:net'
import { CallCredentials, ChannelCredentials, type experimental } from '@grpc/grpc-js'
import type { ClientTls } from './client-tls.js'

/** The names of which a server's certificate must carry one; `undefined` for a server that speaks plain text. */
export type NamesOf = (connection: Socket) => readonly string[] | undefined

/** Credentials of a channel that encrypt each connection, or leave it in plain text, as the endpoint that it leads to says. */
export class EndpointCredentials extends ChannelCredentials {
  readonly #tls: ClientTls
  readonly #namesOf: NamesOf

  constructor(tls: ClientTls, namesOf: NamesOf) {
    super()
    this.#tls = tls
    this.#namesOf = namesOf
  }

  override compose(): never {
    throw new TypeError('Callers are vouched for by the metadata of calls, and not by credentials.')
  }

  override _isSecure(): boolean {
    return true
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other
  }

  override _createSecureConnector(): experimental.SecureConnector {
    const none = CallCredentials.createEmpty()
    return {
      connect: (connection) => this.#connect(connection),
      waitForReady: () => Promise.resolve(),
      getCallCredentials: () => none,
      destroy: () => undefined,
    }
  }

  async #connect(connection: Socket): Promise<experimental.SecureConnectResult> {
    const names = this.#namesOf(connection)
    if (names === undefined) return { socket: connection, secure: false }
    return { socket: await this.#tls.secure(connection, names), secure: true }
  }
}

/** The credentials of a channel to one endpoint; `undefined` where that speaks plain text. */
export function credentialsOf(endpoint: string, tls: ClientTls): ChannelCredentials | undefined {
  const host = HTTPS.exec(endpoint)?.[1]
  if (host === undefined) return undefined
  const name = host.replace(/^\[|\]$/g, '')
  return new EndpointCredentials(tls, () => [name])
}

const HTTPS = /^https:\/\/(\[[^\]]*\]|[^:/]*)/
