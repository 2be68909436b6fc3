import type { ModuleFeatures } from './module-features.js'
import type { ModuleNames } from './names.js'

/** The test of a module, through the doors that it has. */
export function moduleTestFile(names: ModuleNames, features: ModuleFeatures): string {
  const { kebab, pascal, camel } = names
  const servers = [...(features.rest ? ['ApiGateway'] : []), ...(features.grpc ? ['GrpcHub'] : [])]
  const modules = `[${[...servers, `${pascal}Module`].join(', ')}]`
  return `import assert from 'node:assert/strict'
import { test } from 'node:test'
${features.rest ? `import { ApiGateway } from '@modkit/gateway'\n` : ''}${
    features.grpc ? `import { GrpcHub } from '@modkit/grpc'\n` : ''
  }import { createTestHost } from '@modkit/testing'
import { ${pascal}Module } from './${kebab}.module.js'
import { ${camel}Client } from './${kebab}.js'

test('what was added is listed, for other modules', async () => {
  await using host = await createTestHost({ modules: ${modules} }).start()
  const ${camel} = host.clients.get(${camel}Client)
  assert.deepEqual(await ${camel}.list(), { items: [] })
  assert.deepEqual(await ${camel}.add({ text: 'first' }), { id: 1, text: 'first' })
  assert.deepEqual(await ${camel}.list(), { items: [{ id: 1, text: 'first' }] })
})
${features.rest ? restTests(names, modules) : ''}${features.stateful ? statefulTest(names, modules) : ''}`
}

function restTests({ kebab }: ModuleNames, modules: string): string {
  return `
test('what was added is listed, over HTTP', async () => {
  await using host = await createTestHost({ modules: ${modules} }).start()
  const add = (body: unknown) =>
    host.request('/${kebab}/v1/items', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  assert.equal((await add({ text: 'first' })).status, 201)
  assert.equal((await add({ text: '' })).status, 422)
  const response = await host.request('/${kebab}/v1/items')
  assert.deepEqual(await response.json(), { items: [{ id: 1, text: 'first' }] })
})
`
}

function statefulTest(_names: ModuleNames, modules: string): string {
  return `
test('starts and stops with its host', async () => {
  const host = await createTestHost({ modules: ${modules} }).start()
  assert.ok(host.logs.messages().includes('Started'))
  await host.stop()
  assert.ok(host.logs.messages().includes('Stopped'))
})
`
}
