import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose'

/** A key of the issuer; only the public half is published. */
export interface SigningKey {
  readonly kid: string
  readonly algorithm: string
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
  readonly published: JWK
}

export async function signingKey(kid: string, algorithm = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
  return { kid, algorithm, privateKey, publicKey, published: { ...(await exportJWK(publicKey)), kid } }
}

export interface TokenOptions {
  readonly key?: SigningKey
  readonly header?: Readonly<Record<string, unknown>>
  /** Milliseconds of the clock at which the token is issued. */
  readonly now?: number
}

/** Whoever issues tokens, with a server that publishes the keys until a test wants something else of it. */
export class Issuer implements AsyncDisposable {
  readonly name = 'https://login.example.com/'
  /** What the server does; by default it publishes {@link keys}. */
  answer: (response: ServerResponse) => void = (response) => this.publish(response)
  keys: SigningKey[]
  #requests = 0
  #server: Server | undefined
  #port = 0
  #arrivals: (() => void)[] = []

  private constructor(key: SigningKey) {
    this.keys = [key]
  }

  static async open(): Promise<Issuer> {
    const issuer = new Issuer(await signingKey('k1'))
    await issuer.listen()
    return issuer
  }

  /** How often the keys were asked for. */
  get requests(): number {
    return this.#requests
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.#port)}/keys`
  }

  /** Resolves with the next request for the keys. */
  asked(): Promise<void> {
    return new Promise((resolve) => this.#arrivals.push(resolve))
  }

  publish(response: ServerResponse): void {
    response.end(JSON.stringify({ keys: this.keys.map(({ published }) => published) }))
  }

  async listen(): Promise<void> {
    const serve = (_: IncomingMessage, response: ServerResponse): void => {
      this.#requests++
      this.answer(response)
      for (const arrived of this.#arrivals.splice(0)) arrived()
    }
    this.#server = createServer(serve).listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** Nobody listens any more; {@link listen} comes back at the same port. */
  async die(): Promise<void> {
    if (!this.#server?.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  /** New keys in place of the old ones. */
  async rotate(kid: string): Promise<void> {
    this.keys = [await signingKey(kid)]
  }

  /** A token that holds, but for what `claims` say otherwise; `undefined` leaves a claim out. */
  token(claims: Readonly<Record<string, unknown>> = {}, options: TokenOptions = {}): Promise<string> {
    const { key = this.keys[0]!, header = {}, now = Date.UTC(2026, 0, 1) } = options
    const issuedAt = now / 1_000
    const usual = { iss: this.name, aud: 'orders', sub: 'ada', iat: issuedAt, exp: issuedAt + 300 }
    const payload = JSON.parse(JSON.stringify({ ...usual, ...claims })) as JWTPayload
    return new SignJWT(payload).setProtectedHeader({ alg: key.algorithm, kid: key.kid, ...header }).sign(key.privateKey)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.die()
  }
}
