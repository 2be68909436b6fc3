import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Database, Migration } from '@modkit/core'
import {
  type Authority,
  authority,
  type Certificate,
  clientCertificate,
  serverCertificate,
} from './fixtures/own-servers/certificates.js'
import { type ClientTls, onTlsServers, type TlsServer } from './fixtures/own-servers/tls-server.js'
import { forever, ScratchHome } from './fixtures/scratch-home.js'

/** A new server must first make its own files. */
const START_MS = 60_000

onTlsServers('TLS', (kind) => {
  const { words } = kind
  let folder: string
  let trusted: Authority
  let other: Authority
  let client: Certificate
  let strange: Certificate
  let server: TlsServer
  let home: ScratchHome

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'modkit-db-tls-'))
    trusted = await authority(folder, 'trusted')
    other = await authority(folder, 'other')
    client = await clientCertificate(folder, trusted, 'client')
    strange = await clientCertificate(folder, other, 'strange')
    const { certFile: cert, keyFile: key } = await serverCertificate(folder, trusted)
    server = await kind.start({ ca: trusted.certFile, cert, key })
    home = await ScratchHome.create()
  }, START_MS)

  afterAll(async () => {
    // Whatever of it beforeAll has come to.
    const made: { readonly server?: TlsServer; readonly home?: ScratchHome } = { server, home }
    await made.home?.[Symbol.asyncDispose]()
    await made.server?.[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  function section(tls: ClientTls, more: object = {}): object {
    return { ...server.connection, host: 'localhost', params: kind.params(tls), ...more }
  }

  async function connect(tls: ClientTls, more: object = {}): Promise<Database> {
    const db = await home.manager({ shop: section(tls, more) }).resolve('shop', forever)
    if (!db) throw new Error('no database')
    return db
  }

  /** How the server says that the connection is encrypted. */
  async function encryption(tls: ClientTls, more: object = {}): Promise<unknown> {
    const db = await connect(tls, more)
    const answer: unknown = await db.raw(kind.encrypted)
    const rows = kind.name === 'postgres' ? (answer as { rows: unknown[] }).rows : (answer as unknown[][])[0]
    return rows?.[0]
  }

  const encrypted = { protocol: expect.stringMatching(/^TLSv1\.[23]$/), cipher: expect.stringMatching(/AES|CHACHA/) }

  /** The reason of a refusal, once it is sure that it has no password in it. */
  async function refusal(tls: ClientTls, more: object = {}): Promise<unknown> {
    const error = await connect(tls, more).then(
      () => undefined,
      (failure: unknown) => failure,
    )
    expect(error).toMatchObject({ code: 'DB_UNAVAILABLE', details: { module: 'shop' } })
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('open-sesame')
    return (error as { readonly details: { readonly reason: string } }).details.reason
  }

  test('encrypts, though nobody vouches for the server, where it is only required', async () => {
    expect(await encryption({ mode: words.require })).toEqual(encrypted)
  })

  test('is not left out where the server insists on it', async () => {
    expect(await refusal({ mode: words.disable })).toMatch(/no encryption|Access denied/)
  })

  test.each(['localhost', '127.0.0.1'])('takes a server with a certificate for %s by that name', async (host) => {
    expect(await encryption({ mode: words.full, ca: trusted.certFile }, { host })).toEqual(encrypted)
  })

  test('takes a server by another name where only its authority counts', async () => {
    expect(await encryption({ mode: words.ca, ca: trusted.certFile }, { host: '127.0.0.2' })).toEqual(encrypted)
  })

  test('refuses a server by another name where its name counts', async () => {
    const reason = await refusal({ mode: words.full, ca: trusted.certFile }, { host: '127.0.0.2' })
    expect(reason).toMatch(/127\.0\.0\.2:.*its certificate is for another host.*127\.0\.0\.1/)
  })

  test('refuses a server whose authority is not trusted', async () => {
    for (const mode of [words.ca, words.full]) {
      const untrusted = /no authority that is trusted vouches for its certificate/
      expect(await refusal({ mode, ca: other.certFile })).toMatch(untrusted)
      expect(await refusal({ mode })).toMatch(untrusted)
    }
  })

  test('shows a certificate of its own to a server that demands one', async () => {
    const user = { user: 'certified', password: undefined }
    const { certFile: cert, keyFile: key } = client
    expect(await encryption({ mode: words.full, ca: trusted.certFile, cert, key }, user)).toEqual(encrypted)
    expect(await encryption({ mode: words.require, cert, key }, user)).toEqual(encrypted)
    expect(await refusal({ mode: words.require }, user)).toMatch(/valid client certificate|Access denied/)
    const stranger = { cert: strange.certFile, key: strange.keyFile }
    expect(await refusal({ mode: words.require, ...stranger }, user)).toMatch(
      /does not take the certificate that it is shown/,
    )
  })

  test('names a file that is not there, or holds something else', async () => {
    const missing = join(folder, 'nowhere.pem')
    expect(await refusal({ mode: words.full, ca: missing })).toContain(missing)
    const empty = join(folder, 'empty.pem')
    writeFileSync(empty, '')
    expect(await refusal({ mode: words.full, ca: empty })).toContain(empty)
    const { certFile: cert, keyFile: key } = client
    expect(await refusal({ mode: words.require, cert: missing, key })).toContain(missing)
    expect(await refusal({ mode: words.require, cert, key: missing })).toContain(missing)
    expect(await refusal({ mode: words.require, cert, key: cert })).toContain(cert)
    expect(await refusal({ mode: words.require, cert, key: other.keyFile })).toContain(other.keyFile)
  })

  test(
    'is not given up for a server that has none',
    async () => {
      await using plain = await kind.start()
      const there = { ...plain.connection }
      expect(await encryption({ mode: words.disable }, there)).toBeUndefined()
      for (const mode of [words.require, words.ca, words.full]) {
        expect(await refusal({ mode }, there)).toMatch(/server does not support (?:SSL|secure) connection/i)
      }
    },
    START_MS,
  )

  test('covers migrations and their lock', async () => {
    let asMigration: unknown
    const migration: Migration = {
      name: '1',
      async up(trx) {
        asMigration = await trx.raw(kind.encrypted)
        await trx.schema.createTable('sealed', (table) => void table.integer('id'))
      },
    }
    const manager = home.manager({ shop: section({ mode: words.full, ca: trusted.certFile }) })
    expect(await manager.migrate('shop', [migration], forever)).toMatchObject({ applied: ['1'] })
    expect(JSON.stringify(asMigration)).toMatch(/TLSv1/)
  })
})
