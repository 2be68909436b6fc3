import { describe, expect, test } from '@jest/globals'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { HostError, type RestApi, type RestSchema } from '@modkit/core'
import * as v from 'valibot'
import * as z from 'zod'
import { jsonSchema } from '../src/index.js'
import { restModule, serve, unstarted } from './support/serve.js'

// A JSON document of a known shape, looked into by path.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Document = any

type Declare = (rest: RestApi) => void

const done = (): never => {
  throw new Error('Nobody calls this.')
}
const answers =
  (path: string, schema: RestSchema): Declare =>
  (rest) =>
    rest.get(path).public().response(200, schema).handle(done)
const takes =
  (path: string, schema: RestSchema): Declare =>
  (rest) =>
    rest.post(path).public().body(schema).response(204).handle(done)

function modulesOf(declared: Readonly<Record<string, readonly Declare[]>>) {
  return Object.entries(declared).map(([name, all]) => restModule(name, (rest) => all.forEach((say) => say(rest))))
}

async function textOf(modules: ReturnType<typeof modulesOf>): Promise<string> {
  await using served = await serve({ modules })
  return await (await served.fetch('/openapi.json')).text()
}

async function schemasOf(declared: Readonly<Record<string, readonly Declare[]>>): Promise<Record<string, Document>> {
  const { components }: Document = JSON.parse(await textOf(modulesOf(declared)))
  const { Problem: _, ...schemas } = components.schemas as Record<string, Document>
  return schemas
}

const Pet = z.object({ name: z.string(), nick: z.string().default('none') }).meta({ id: 'Pet' })
const OtherPet = z.object({ legs: z.number() }).meta({ id: 'Pet' })
const Toy = z.object({ size: z.number() }).meta({ id: 'Toy' })
const Owner = z.object({ pets: z.array(Pet), toys: z.array(Toy) }).meta({ id: 'Owner' })

describe('a named schema', () => {
  test('is told apart by its module', async () => {
    const schemas = await schemasOf({ a: [answers('/a', Pet)], b: [answers('/b', OtherPet)] })
    expect(Object.keys(schemas)).toEqual(['a.Pet', 'b.Pet'])
  })

  test('has one entry where what comes in and what goes out are the same', async () => {
    expect(Object.keys(await schemasOf({ a: [takes('/a', Toy), answers('/b', Toy)] }))).toEqual(['a.Toy'])
    expect(Object.keys(await schemasOf({ a: [takes('/a', Pet)] }))).toEqual(['a.Pet'])
  })

  test('has two where they differ, by something within too, whoever was declared first', async () => {
    const both = [takes('/a', Owner), answers('/b', Owner)]
    for (const declared of [both, both.toReversed()]) {
      const schemas = await schemasOf({ a: declared })
      expect(Object.keys(schemas)).toEqual(['a.Owner', 'a.Owner.Input', 'a.Pet', 'a.Pet.Input', 'a.Toy'])
      const pets = (name: string): unknown => schemas[name].properties.pets.items
      expect(pets('a.Owner')).toEqual({ $ref: '#/components/schemas/a.Pet' })
      expect(pets('a.Owner.Input')).toEqual({ $ref: '#/components/schemas/a.Pet.Input' })
      expect(schemas['a.Pet.Input'].required).toEqual(['name'])
    }
  })

  test('does not collide with one that somebody calls so', async () => {
    const Chosen = z.object({ chosen: z.string() }).meta({ id: 'Pet.Input' })
    const schemas = await schemasOf({ a: [takes('/a', Pet), answers('/b', Pet), answers('/c', Chosen)] })
    expect(Object.keys(schemas)).toEqual(['a.Pet', 'a.Pet.Input', 'a.Pet.Input_'])
  })
})

describe('a part that refers to itself and has no name', () => {
  test('gets one, the same for the same part and another for another', async () => {
    const Zod = z.object({
      get kids() {
        return z.array(Zod)
      },
    })
    // The compiler cannot infer what refers to itself.
    const Valibot: v.GenericSchema = v.object({ kids: v.array(v.lazy(() => Valibot)), leaf: v.string() })
    const Other: v.GenericSchema = v.object({ kids: v.array(v.lazy(() => Other)), leaf: v.number() })
    const standard = (schema: v.GenericSchema) => toStandardJsonSchema(v.array(v.lazy(() => schema))) as RestSchema
    const schemas = await schemasOf({
      a: [
        answers('/a', Zod),
        answers('/b', z.array(Zod)),
        answers('/c', standard(Valibot)),
        answers('/d', standard(Other)),
      ],
    })
    expect(Object.keys(schemas)).toEqual(['a.Schema1', 'a.Schema2', 'a.Schema3'])
    expect(schemas['a.Schema1'].properties.kids.items).toEqual({ $ref: '#/components/schemas/a.Schema1' })
  })

  test('does not make two of a named one that holds it', async () => {
    const Folder = z.object({
      get folders() {
        return z.array(Folder)
      },
    })
    const Drive = z.object({ root: Folder }).meta({ id: 'Drive' })
    const Leaf = z.object({
      get leaves() {
        return z.array(Leaf)
      },
    })
    // In the second document the folder has another made-up name than in the first.
    const Both = z.object({ leaf: Leaf, drive: Drive })
    const schemas = await schemasOf({ a: [answers('/a', Drive), answers('/b', Both)] })
    expect(Object.keys(schemas)).toEqual(['a.Drive', 'a.Schema1', 'a.Schema2'])
  })
})

test('references into definitions and properties lead to where they did', async () => {
  const schema = jsonSchema<object>({
    type: 'object',
    properties: {
      id: { type: 'string' },
      parent: { $ref: '#/properties/id' },
      name: { $ref: '#/definitions/P/properties/n' },
    },
    definitions: { P: { type: 'object', properties: { n: { type: 'string' } } } },
  })
  const schemas = await schemasOf({ a: [answers('/a', schema)] })
  expect(schemas['a.Schema1'].properties).toMatchObject({
    parent: { $ref: '#/components/schemas/a.Schema1/properties/id' },
    name: { $ref: '#/components/schemas/a.P/properties/n' },
  })
  expect(schemas['a.P'].properties.n).toEqual({ type: 'string' })
})

test('the same modules give the same bytes, in whichever order they and their operations come', async () => {
  const tagged: Declare = (rest) => rest.put('/t').tag('z', 'b').public().response(204).handle(done)
  const alike: readonly Declare[] = ['/a/b', '/a_b', '/a-b'].map((path) => answers(path, Toy))
  const declared = { first: [takes('/x', Owner), answers('/y', Owner), tagged], second: [...alike, answers('/z', Pet)] }
  const turned = Object.entries(declared).map(([name, all]) => [name, all.toReversed()] as const)
  const text = await textOf(modulesOf(declared))
  expect(await textOf(modulesOf(Object.fromEntries(turned.toReversed())))).toBe(text)
  expect(await textOf(modulesOf(Object.fromEntries(turned)))).toBe(text)
})

describe('a document that cannot be written ends the start', () => {
  async function failureOf(declared: Readonly<Record<string, readonly Declare[]>>): Promise<HostError> {
    const host = unstarted({ modules: modulesOf(declared) })
    const error: unknown = await host.start().catch((error: unknown) => error)
    return HostError.find(error)?.cause as HostError
  }

  test('because two operations claim the same id, and names both', async () => {
    const claiming =
      (path: string): Declare =>
      (rest) =>
        rest.get(path).operationId('same').public().response(204).handle(done)
    expect((await failureOf({ one: [claiming('/a')], two: [claiming('/b')] })).message).toBe(
      'The route GET /b is claimed twice, by "one", "two": its operationId "same" is that of GET /a of module "one".',
    )
  })

  test('because one module gives a name to two different schemas, and names both', async () => {
    const failure = await failureOf({ one: [answers('/a', Pet), answers('/b', z.array(OtherPet))] })
    expect(failure).toMatchObject({
      code: 'ROUTE_INVALID',
      details: {
        route: 'GET /b',
        module: 'one',
        reason:
          'its response 200 calls a schema "Pet" as the response 200 of GET /a does, but the two differ; rename one of them',
      },
    })
  })

  test('because they differ in what comes in, although what goes out is the same', async () => {
    const Coerced = z.object({ name: z.string(), nick: z.string() }).meta({ id: 'Pet' })
    const failure = await failureOf({ one: [takes('/a', Pet), answers('/a', Pet), takes('/b', Coerced)] })
    expect(failure).toMatchObject({
      details: {
        route: 'POST /b',
        reason: expect.stringContaining('its body calls a schema "Pet" as the body of POST /a'),
      },
    })
  })

  test('because OpenAPI could not tell two paths apart, unless no document is served', async () => {
    const declare: Declare = (rest) => {
      rest.get('/files/{name}').public().response(204).handle(done)
      rest.get('/files/{*path}').public().response(204).handle(done)
    }
    expect(await failureOf({ one: [declare] })).toMatchObject({
      code: 'ROUTE_CONFLICT',
      details: {
        route: 'GET /files/{*path}',
        reason: 'the OpenAPI document could not tell it from GET /files/{name} of module "one"',
      },
    })
    await using served = await serve({ modules: modulesOf({ one: [declare] }), config: { enable_docs: false } })
    expect(served.host.state).toBe('running')
  })

  test('with everything that is wrong at once', async () => {
    const Third = z.object({ third: z.string() }).meta({ id: 'Pet' })
    const failure = await failureOf({ one: [answers('/a', Pet), answers('/b', OtherPet), answers('/c', Third)] })
    expect(failure).toMatchObject({ code: 'ROUTES_INVALID', details: { problems: [{}, {}] } })
  })
})
