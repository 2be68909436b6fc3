import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { systemClock } from '@modkit/core/spi'
import { examineCompiler } from '../src/doctor/compiler-settings.js'
import { examineNode } from '../src/doctor/node-version.js'
import { examinePackages } from '../src/doctor/package-copies.js'
import { examinePorts } from '../src/doctor/ports.js'
import { command, Folder } from './support/modkit.js'

const manifest = (name: string, version: string, dependencies: Record<string, string> = {}): string =>
  JSON.stringify({ name, version, dependencies })

test('a Node that is too old is a problem', () => {
  expect(examineNode('v20.19.0').status).toBe('ok')
  expect(examineNode('v24.1.0').status).toBe('ok')
  for (const old of ['v20.18.9', 'v18.20.0']) expect(examineNode(old)).toMatchObject({ status: 'problem' })
})

describe('packages', () => {
  const app = manifest('app', '1.0.0', { '@modkit/core': '*', plugin: '*' })

  test('of which each is there once are in order', async () => {
    await using folder = await Folder.create({
      'package.json': app,
      'node_modules/@modkit/core/package.json': manifest('@modkit/core', '0.1.0'),
      'node_modules/plugin/package.json': manifest('plugin', '1.0.0', { '@modkit/core': '*' }),
    })
    expect(examinePackages(folder.path)).toMatchObject([{ status: 'ok' }])
  })

  test('of which there are two are named with their places and with who asks for them', async () => {
    await using folder = await Folder.create({
      'package.json': app,
      'node_modules/@modkit/core/package.json': manifest('@modkit/core', '0.1.0'),
      'node_modules/plugin/package.json': manifest('plugin', '1.0.0', { '@modkit/core': '*' }),
      'node_modules/plugin/node_modules/@modkit/core/package.json': manifest('@modkit/core', '0.1.0'),
    })
    const [finding, ...others] = examinePackages(folder.path)
    expect(others).toEqual([])
    expect(finding).toMatchObject({ status: 'problem' })
    expect(finding?.message).toContain(
      `0.1.0 in ${join(folder.path, 'node_modules/@modkit/core')}, for the application`,
    )
    expect(finding?.message).toContain('plugin/node_modules/@modkit/core, for plugin')
  })

  test('of different releases are a problem, and so is none', async () => {
    await using folder = await Folder.create({
      'package.json': manifest('app', '1.0.0', { '@modkit/core': '*', '@modkit/db': '*' }),
      'node_modules/@modkit/core/package.json': manifest('@modkit/core', '0.1.0'),
      'node_modules/@modkit/db/package.json': manifest('@modkit/db', '0.2.0'),
    })
    expect(examinePackages(folder.path)[0]?.message).toContain('@modkit/core 0.1.0, @modkit/db 0.2.0')
    await using empty = await Folder.create({ 'package.json': manifest('app', '1.0.0') })
    expect(examinePackages(empty.path)).toMatchObject([{ status: 'problem' }])
  })
})

describe('compiler settings', () => {
  const good = { module: 'nodenext', target: 'es2022', strict: true, types: ['node'] }
  const findings = async (compilerOptions: object): Promise<readonly string[]> => {
    await using folder = await Folder.create({ 'tsconfig.json': JSON.stringify({ compilerOptions }) })
    return examineCompiler(folder.path).map(({ status, message }) => `${status}: ${message.split(': ').at(-1)}`)
  }

  test('that are right are said to be', async () => {
    expect(await findings(good)).toEqual(['ok: standard decorators.'])
    expect(await findings({ ...good, experimentalDecorators: true })).toEqual(['ok: legacy decorators.'])
    await using none = await Folder.create({ 'package.json': '{}' })
    expect(examineCompiler(none.path)).toMatchObject([{ status: 'ok' }])
  })

  test.each([
    [{ ...good, target: 'esnext' }, /^problem: for the target esnext/],
    [{ ...good, module: 'commonjs' }, /^problem: the module resolution .* does not read the exports/],
    [{ ...good, moduleResolution: 'node10' }, /^problem: the module resolution "node10"/],
    [{ ...good, emitDecoratorMetadata: true }, /^warning: emitDecoratorMetadata is on/],
    [{ ...good, strict: false }, /^warning: without strict/],
  ])('%j', async (options, finding) => {
    expect(await findings(options)).toEqual([expect.stringMatching(finding)])
  })

  test('of a newer TypeScript have to name the types of Node', async () => {
    await using folder = await Folder.create({
      'package.json': '{}',
      'tsconfig.json': JSON.stringify({ compilerOptions: { ...good, types: [] } }),
      'node_modules/typescript/package.json': manifest('typescript', '6.0.3'),
    })
    expect(examineCompiler(folder.path)).toMatchObject([{ status: 'problem', hint: expect.stringContaining('"node"') }])
  })

  test('of swc have to read decorators, and a file that is no JSON is a problem', async () => {
    await using folder = await Folder.create({ '.swcrc': '{ "jsc": { "parser": { "syntax": "typescript" } } }' })
    expect(examineCompiler(folder.path)).toMatchObject([{ status: 'problem', hint: expect.stringContaining('jsc') }])
    await folder.write('.swcrc', '{ "jsc": { "parser": { "syntax": "typescript", "decorators": true } } }')
    expect(examineCompiler(folder.path).every(({ status }) => status === 'ok')).toBe(true)
    await folder.write('.swcrc', '{')
    expect(examineCompiler(folder.path)).toMatchObject([{ status: 'problem' }])
  })
})

test('a port that somebody listens on is a problem, and a free one is not', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const place = { module: 'api-gateway', host: '127.0.0.1', port }
  expect(await examinePorts([place], systemClock)).toMatchObject([{ status: 'problem' }])
  server.close()
  await once(server, 'close')
  expect(await examinePorts([place], systemClock)).toMatchObject([{ status: 'ok' }])
})

test('the command examines an application as it is, and its ports as they are configured', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await using app = await Folder.linked({
    'package.json': '{ "type": "module", "modkit": { "entry": "main.ts" }, "dependencies": { "@modkit/core": "*" } }',
    'main.ts': `
import { createHost } from '@modkit/core'
import { ApiGateway } from '@modkit/gateway'
const config = { modules: { 'api-gateway': { config: { bind_addr: '127.0.0.1:${String(port)}' } } } }
await createHost({ modules: [ApiGateway], config }).run()
`,
  })
  const { code, out } = await command(['doctor', '--json'], { cwd: app.path })
  server.close()
  expect(code).toBe(1)
  const { findings } = JSON.parse(out) as { findings: readonly { status: string; message: string }[] }
  expect(findings.filter(({ status }) => status !== 'ok')).toMatchObject([
    { message: `Module "api-gateway" cannot listen on 127.0.0.1:${String(port)}: another program listens there.` },
  ])
}, 60_000)
