import { once } from 'node:events'
import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { authenticatorKey, clientRegistration, type RestApi } from '@modkit/core'
import { parse, parseAllDocuments } from 'yaml'
import * as z from 'zod'
import { restModule, serve } from './support/serve.js'

const Texts = z.object({
  date: z.string().default('2026-01-01'),
  no: z.enum(['no', 'yes', 'off', '1.0', '~', 'null', '# not a comment', 'a: b', '']),
})

function texts(rest: RestApi): void {
  rest
    .get('/texts')
    .description('One line.\n\n    four spaces\n\nlast line\n')
    .authenticated()
    .response(200, Texts)
    .response(404, Texts, { description: '- looks like a list' })
    .handle(() => ({ date: '', no: 'no' as const }))
}

const clients = [clientRegistration(authenticatorKey, { authenticate: () => null })]
const served = () => serve({ modules: [restModule('texts', texts), restModule('idle', () => undefined)], clients })

describe('the document as YAML', () => {
  test('says what the document as JSON says, whichever version of YAML its reader knows', async () => {
    await using gateway = await served()
    const response = await gateway.fetch('/openapi.yaml')
    const document: unknown = await (await gateway.fetch('/openapi.json')).json()
    const text = await response.text()
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/yaml'])
    expect(text).toMatch(/^openapi: 3\.1\.0\n/)
    expect(parse(text)).toEqual(document)
    expect(parse(text, { version: '1.1' })).toEqual(document)
    expect(parseAllDocuments(text)).toHaveLength(1)
  })

  test('is written for a host without operations, too', async () => {
    await using gateway = await serve({})
    expect(parse(await (await gateway.fetch('/openapi.yaml')).text())).toMatchObject({ tags: [], paths: {} })
  })
})

describe.each(['/openapi.json', '/openapi.yaml', '/docs'])('%s', (path) => {
  test('is public and bears a tag, by which a client learns that it has it', async () => {
    await using gateway = await served()
    const response = await gateway.fetch(path)
    const etag = response.headers.get('etag') ?? ''
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-cache'])
    expect(etag).toMatch(/^"[\w-]{22}(-gzip)?"$/)
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await gateway.fetch(path, { headers: { 'if-none-match': known } })
      expect([again.status, await again.text()]).toEqual([304, ''])
      expect([again.headers.get('etag'), again.headers.get('cache-control')]).toEqual([etag, 'no-cache'])
    }
    expect((await gateway.fetch(path, { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  })

  test('has the same tag in another process of the same modules', async () => {
    await using one = await served()
    await using other = await served()
    const tagOf = async (gateway: typeof one) => (await gateway.fetch(path)).headers.get('etag')
    expect(await tagOf(one)).toBe(await tagOf(other))
  })

  test('answers HEAD with the headers of GET, and other methods with 405', async () => {
    await using gateway = await served()
    const [got, head] = [await gateway.fetch(path), await gateway.fetch(path, { method: 'HEAD' })]
    expect([head.status, await head.text()]).toEqual([200, ''])
    for (const name of ['etag', 'content-length', 'content-type', 'cache-control'])
      expect(head.headers.get(name)).toBe(got.headers.get(name))
    expect((await gateway.send(`POST ${path}`, {})).status).toBe(405)
  })

  test('gives clients that ask at the same time the same answer', async () => {
    await using gateway = await served()
    const all = await Promise.all([1, 2, 3].map(async () => (await gateway.fetch(path)).text()))
    expect(new Set(all).size).toBe(1)
  })
})

describe('what is sent to many clients', () => {
  const paths = ['/openapi.json', '/openapi.yaml', '/docs/assets/swagger-ui-bundle.js']

  test.each(paths)('%s comes in gzip to whoever takes it, under a tag of its own', async (path) => {
    await using gateway = await served()
    const answer = async (accepted: string) => {
      const { headers, body } = await asSent(gateway.url + path, { 'accept-encoding': accepted })
      expect(headers['content-length']).toBe(String(body.length))
      expect(headers.vary).toMatch(/accept-encoding/i)
      return { encoding: headers['content-encoding'], etag: headers.etag, body }
    }
    const plain = await answer('identity')
    const zipped = await answer('br, gzip;q=0.5')
    expect([plain.encoding, zipped.encoding]).toEqual([undefined, 'gzip'])
    expect(zipped.body.length).toBeLessThan(plain.body.length)
    expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true)
    expect(zipped.etag).not.toBe(plain.etag)
    for (const accepted of ['gzip;q=0', 'gzip; q=0, *', 'deflate', ''])
      expect((await answer(accepted)).etag).toBe(plain.etag)
    for (const accepted of ['*', 'GZIP', 'gzip;q=1.0, identity;q=0'])
      expect((await answer(accepted)).etag).toBe(zipped.etag)
  })
})

/** As it comes: `fetch` would unpack it. */
async function asSent(
  url: string,
  headers: IncomingHttpHeaders,
): Promise<{ readonly headers: IncomingHttpHeaders; readonly body: Buffer }> {
  const [response] = (await once(get(url, { headers }), 'response')) as [IncomingMessage]
  return { headers: response.headers, body: await buffer(response) }
}
