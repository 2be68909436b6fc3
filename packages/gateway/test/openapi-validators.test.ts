import { describe, expect, test } from '@jest/globals'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { Validator } from '@seriousme/openapi-schema-validator'
import { authenticatorKey, clientRegistration, type RestApi } from '@modkit/core'
import * as z from 'zod'
import { jsonSchema } from '../src/index.js'
import { restModule, serve } from './support/serve.js'

// A JSON document of a known shape, looked into by path.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Document = any

const Pet = z.object({ name: z.string(), nick: z.string().default('none') }).meta({ id: 'Pet' })
const Folder = z.object({
  name: z.string(),
  get folders() {
    return z.array(Folder)
  },
})
const Owner = jsonSchema<object>({
  type: 'object',
  properties: {
    pets: { type: 'array', items: { $ref: '#/definitions/Animal' } },
    first: { $ref: '#/properties/pets' },
  },
  definitions: { Animal: { type: ['object', 'null'], properties: { name: { type: 'string' } } } },
})

/** Something of everything that an operation can say. */
function everything(rest: RestApi): void {
  const done = (): never => {
    throw new Error('Nobody calls this.')
  }
  rest
    .post('/pets/{id}')
    .operationId('pets.replace')
    .summary('Replace')
    .description('Replaces **everything**.')
    .tag('people')
    .deprecated()
    .authenticated('pets:write')
    .params(z.object({ id: z.uuid() }))
    .query(
      z
        .object({ deep: z.boolean().default(false), kinds: z.array(z.enum(['cat', 'dog'])).optional(), like: Pet })
        .and(z.union([z.object({ page: z.int() }), z.object({ after: z.uuid() })])),
    )
    .headers(z.object({ 'x-trace': z.string().optional() }))
    .body(Pet)
    .timeout('5s')
    .bodyLimit(1_000)
    .response(200, Pet)
    .response(201, z.array(Folder), { description: 'Made.' })
    .standardErrors()
    .handle(done)
  rest.get('/owners').public().response(200, Owner).handle(done)
  rest.get('/pets/{name}').public().response(200, z.nullable(Pet)).handle(done)
  rest.delete('/files/{folder}/{*path}').authenticated().response(204).handle(done)
  rest.get('/events').public().response(200, Pet, { contentType: 'text/event-stream' }).handle(done)
}

async function documentOf(): Promise<Document> {
  const clients = [clientRegistration(authenticatorKey, { authenticate: () => null })]
  const modules = [restModule('users', everything), restModule('idle', () => undefined)]
  const openapi = { description: 'Of **everything**.', servers: ['https://api.example.com/v1', '/'] }
  await using served = await serve({ modules, clients, config: { openapi } })
  return await (await served.fetch('/openapi.json')).json()
}

async function objectionsOfSeriousme(document: Document): Promise<readonly string[]> {
  const result = await new Validator().validate(structuredClone(document))
  return result.valid ? [] : [JSON.stringify(result.errors)]
}

async function objectionsOfRedocly(document: Document): Promise<readonly string[]> {
  const config = await createConfig({ extends: ['spec'] })
  const found = await lintFromString({ source: JSON.stringify(document), absoluteRef: '/openapi.json', config })
  return found.map(({ ruleId, message }) => `${ruleId}: ${message}`)
}

const validators = [
  ['@seriousme/openapi-schema-validator', objectionsOfSeriousme],
  ['@redocly/openapi-core', objectionsOfRedocly],
] as const

describe.each(validators)('%s', (_, objectionsOf) => {
  test('finds nothing wrong with the document', async () => {
    expect(await objectionsOf(await documentOf())).toEqual([])
  })

  test.each<[string, string, (document: Document) => void]>([
    ['a title that is gone', 'title', (document) => delete document.info.title],
    ['a place that does not exist', 'cookie', (document) => (operation(document).parameters[0].in = 'nowhere')],
    ['no description', 'description', (document) => delete operation(document).responses[200].description],
    ['a body without content', 'content', (document) => delete operation(document).requestBody.content],
  ])('refuses %s, naming %j', async (_, word, plant) => {
    const document = await documentOf()
    plant(document)
    expect((await objectionsOf(document)).join()).toContain(word)
  })
})

describe('the document', () => {
  test('has schemas that are JSON Schema 2020-12, and no reference that leads nowhere', async () => {
    const document = await documentOf()
    // Only the second validator looks into them.
    document.components.schemas['users.Pet'].type = 'objekt'
    expect(await objectionsOfRedocly(document)).toEqual([expect.stringContaining('`type` can be one of the following')])
    document.components.schemas['users.Pet'] = undefined
    expect((await objectionsOfRedocly(document)).join()).toContain("Can't resolve $ref")
  })
})

function operation(document: Document): Document {
  return document.paths['/pets/{id}'].post
}
