import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { authenticatorKey, clientRegistration } from '@modkit/core'
import { parse } from 'yaml'
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
