import { execFile } from 'node:child_process'
import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { FakeClock } from '@modkit/core/spi'
import { withDatabase } from '../src/scaffold/app-config.js'
import { withModules } from '../src/scaffold/module-list.js'
import { packageSource } from '../src/scaffold/package-source.js'
import { command, Folder, InProcess, Modkit, modkit, root } from './support/modkit.js'

/** It compiles, and runs tests of its own. */
const LIMIT_MS = 300_000
const run = promisify(execFile)

/** What Node prints of a tool of the workspace; rejects with its output where it fails. */
async function tool(cwd: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: '--conditions=modkit:source' }
  const { stdout } = await run(process.execPath, args, { cwd, env })
  return stdout
}

test(
  'a new application with new modules is formatted, typed and tested, and answers requests',
  async () => {
    await using folder = await Folder.create()
    const app = join(folder.path, 'shop')
    const packages = join(root, 'packages')
    const made = await modkit(['new', 'app', 'shop', '--no-install', '--packages', packages], { cwd: folder.path })
    expect(made).toMatchObject({ code: 0, err: '' })
    await symlink(join(root, 'node_modules'), join(app, 'node_modules'))
    const options = { cwd: app, env: { MODKIT_PACKAGES: packages } }
    const all = await command(
      ['new', 'module', 'user-notes', '--db', '--rest', '--grpc', '--stateful', '--no-install', '--json'],
      options,
    )
    expect(JSON.parse(all.out)).toMatchObject({
      changed: ['src/modules.ts', 'config/app.yaml', 'package.json'],
      listed: true,
      dependencies: ['@modkit/db', '@modkit/grpc'],
    })
    expect((await command(['new', 'module', 'plain'], options)).code).toBe(0)
    const manifest = JSON.parse(await readFile(join(app, 'package.json'), 'utf8')) as Record<string, object>
    expect(manifest['dependencies']).toMatchObject({ '@modkit/grpc': `file:${join(packages, 'grpc')}` })

    const bin = (name: string): string => join(root, 'node_modules', name)
    await Promise.all([
      tool(app, [bin('prettier/bin/prettier.cjs'), '--check', '.']),
      tool(app, [bin('typescript/bin/tsc'), '--noEmit', '--customConditions', 'modkit:source']),
    ])
    const tests = ['hello', 'plain', 'user-notes'].map((name) => `src/modules/${name}/${name}.module.test.ts`)
    expect(await tool(app, ['--import', 'tsx', '--test', ...tests])).toMatch(/^# pass 5$/m)

    const env = {
      APP__MODULES__API_GATEWAY__CONFIG__BIND_ADDR: '127.0.0.1:0',
      APP__MODULES__GRPC_HUB__CONFIG__LISTEN_ADDR: '127.0.0.1:0',
    }
    await using running = new Modkit(['run'], { cwd: app, env })
    const [, address = ''] = await running.heard(/REST gateway listens on (\S+)[\s\S]*Host is running/)
    const response = await fetch(new URL('/hello/v1/you', address))
    expect(await response.json()).toEqual({ greeting: 'Hello, you!' })
    running.child.kill('SIGTERM')
    expect((await running.ended).code).toBe(0)
  },
  LIMIT_MS,
)

test(
  'npm start without a build says what to do',
  async () => {
    await using folder = await Folder.create()
    await command(['new', 'app', 'shop', '--no-install'], { cwd: folder.path })
    const start = run('npm', ['start'], { cwd: join(folder.path, 'shop') })
    await expect(start).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^There is no dist\/main\.js yet\. Run npm run build first; [^]*$/),
    })
  },
  LIMIT_MS,
)

test(
  'npm create modkit begins an application, too',
  async () => {
    await using folder = await Folder.create()
    const program = join(root, 'packages/create-modkit/src/main.ts')
    const made = await modkit(['shop', '--no-install', '--json'], { cwd: folder.path, program })
    expect(made.code).toBe(0)
    expect(JSON.parse(made.out)).toMatchObject({ directory: join(folder.path, 'shop'), installed: false })
    const manifest = JSON.parse(await readFile(join(folder.path, 'shop/package.json'), 'utf8')) as { name: string }
    expect(manifest.name).toBe('shop')
  },
  LIMIT_MS,
)

describe('what cannot be made', () => {
  test(
    'is refused before a file is written',
    async () => {
      await using folder = await Folder.create({ 'taken/package.json': '{}' })
      const [named, taken, missing] = await Promise.all([
        command(['new', 'app', 'My_Shop'], { cwd: folder.path }),
        command(['new', 'app', 'taken', '--no-install'], { cwd: folder.path }),
        command(['new', 'app', 'shop', '--no-install', '--packages', 'nowhere'], { cwd: folder.path }),
      ])
      expect([named.code, taken.code, missing.code]).toEqual([2, 2, 2])
      expect(named.err).toContain('SCAFFOLD_NAME_INVALID')
      expect(taken.err).toMatch(/SCAFFOLD_FILE_EXISTS[\s\S]*taken\/package\.json/)
      expect(missing.err).toContain('SCAFFOLD_PACKAGES_MISSING')
      await expect(readFile(join(folder.path, 'taken/README.md'))).rejects.toThrow('ENOENT')
    },
    LIMIT_MS,
  )

  test(
    'for want of packages leaves its files, and says how to go on',
    async () => {
      await using folder = await Folder.create({ 'bin/npm': '#!/bin/sh\necho "no network" >&2\nexit 1\n' })
      await run('chmod', ['+x', join(folder.path, 'bin/npm')])
      const path = `${join(folder.path, 'bin')}:${process.env['PATH'] ?? ''}`
      const env = { PATH: path, npm_config_user_agent: '' }
      const { code, err } = await command(['new', 'app', 'shop'], { cwd: folder.path, env })
      expect(code).toBe(1)
      expect(err).toMatch(/SCAFFOLD_INSTALL_FAILED[\s\S]*no network[\s\S]*-> Mend [\s\S]*npm install/)
      await expect(readFile(join(folder.path, 'shop/src/main.ts'), 'utf8')).resolves.toContain('createHost')
    },
    LIMIT_MS,
  )
})

test(
  'an installation that takes long says why, and one that is interrupted ends',
  async () => {
    await using folder = await Folder.create({ 'bin/npm': '#!/bin/sh\nexec sleep 600\n' })
    await run('chmod', ['+x', join(folder.path, 'bin/npm')])
    const env = { PATH: `${join(folder.path, 'bin')}:${process.env['PATH'] ?? ''}`, npm_config_user_agent: '' }
    const clock = new FakeClock()
    await using making = new InProcess(['new', 'app', 'shop'], { cwd: folder.path, env, clock })
    await making.heard(/Installing packages/)
    await clock.advance(44_000)
    expect((await making.heard(/Installing[^]*/))[0]).not.toContain('Still installing')
    await clock.advance(1_000)
    await making.heard(/Still installing: .* it is compiled/)
    const { code, err } = await making.end('SIGINT')
    expect(code).toBe(1)
    expect(err).toMatch(/SCAFFOLD_INSTALL_FAILED[\s\S]*it was interrupted/)
  },
  LIMIT_MS,
)

test('packages come from the registry, from tarballs or from folders', async () => {
  await using folder = await Folder.create({
    'modkit-core-0.1.0.tgz': '',
    'db/package.json': '{ "name": "@modkit/db" }',
  })
  expect(packageSource(undefined, root)('@modkit/core')).toMatch(/^\^\d+\.\d+\.\d+$/)
  const source = packageSource('.', folder.path)
  expect(source('@modkit/core')).toBe(`file:${join(folder.path, 'modkit-core-0.1.0.tgz')}`)
  expect(source('@modkit/db')).toBe(`file:${join(folder.path, 'db')}`)
  expect(() => source('@modkit/grpc')).toThrow('@modkit/grpc')
})

describe('the list of modules', () => {
  const file = `import { One } from './one.js'\n\nexport const modules = [One]\n`
  const more = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ className: `Number${String(index)}Module`, from: `./${index}.js` }))

  test('grows, each class once, in lines that are not too long', () => {
    expect(withModules(file, [{ className: 'One', from: './one.js' }, ...more(1)])).toBe(
      `import { One } from './one.js'\nimport { Number0Module } from './0.js'\n\nexport const modules = [One, Number0Module]\n`,
    )
    expect(withModules(file, more(9))).toContain('export const modules = [\n  One,\n  Number0Module,\n')
  })

  test('that is written otherwise is left alone', () => {
    expect(withModules('export default []', more(1))).toBeUndefined()
  })
})

test('a database joins the configuration, whose comments stay; one that is there is not touched', () => {
  const text = '# kept\nmodules:\n  a: { enabled: true } # too\n'
  const more = withDatabase(text, 'b')
  expect(more).toBe(
    '# kept\nmodules:\n  a: { enabled: true } # too\n  b:\n    database: { engine: sqlite, file: b.db }\n',
  )
  expect(withDatabase(more, 'b')).toBe(more)
})
