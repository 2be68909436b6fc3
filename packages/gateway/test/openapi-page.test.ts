import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { authenticatorKey, clientRegistration, createHost } from '@modkit/core'
import { silentLogger } from '@modkit/core/spi'
import { parse } from 'yaml'
import { Variables } from '../../core/test/support/variables.js'
import { ApiGateway } from '../src/index.js'
import { Pets } from './fixtures/docs/pets.js'
import { publishDocument } from './fixtures/docs/publish-document.js'
import { serve } from './support/serve.js'

const clients = [clientRegistration(authenticatorKey, { authenticate: () => null })]

test('the document on the page is what its module gives', async () => {
  await using served = await serve({ modules: [Pets], clients })
  const { paths } = parse(await (await served.fetch('/openapi.yaml')).text()) as { readonly paths: unknown }
  const quoted = await readFile(new URL('./fixtures/docs/pets.yaml', import.meta.url), 'utf8')
  expect(paths).toEqual(parse(quoted))
})

test('the program on the page writes the document', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modkit-openapi-'))
  try {
    await publishDocument(join(folder, 'openapi.json'))
    await using served = await serve({ modules: [Pets], clients })
    const document = await (await served.fetch('/openapi.json')).text()
    expect(await readFile(join(folder, 'openapi.json'), 'utf8')).toBe(document)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('the configuration on the page says what the document is called, and who serves what it describes', async () => {
  using _free = new Variables({ APP__MODULES__API_GATEWAY__CONFIG__BIND_ADDR: '127.0.0.1:0' })
  const config = fileURLToPath(new URL('./fixtures/docs/pets-document.yaml', import.meta.url))
  await using host = createHost({ modules: [ApiGateway, Pets], clients, config, logger: silentLogger })
  await host.start()
  const document = await (await fetch(`${host.module(ApiGateway).address ?? ''}/openapi.json`)).json()
  expect(document).toMatchObject({
    info: { title: 'Pets', version: '2.1.0', description: 'Everything about **pets**.' },
    servers: [{ url: 'https://api.example.com' }],
  })
})
