import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { findApplication } from '../src/application/find-application.js'
import { Folder } from './support/modkit.js'

const entry = { 'src/main.js': '', 'src/main.ts': '' }

describe('an application is found', () => {
  test('by the package.json above, which may be beyond others that say nothing', async () => {
    await using folder = await Folder.create({
      ...entry,
      'package.json': '{ "modkit": { "entry": "src/main.js" } }',
      'src/inner/package.json': '{ "name": "inner" }',
    })
    const app = await findApplication(join(folder.path, 'src/inner'))
    expect(app).toMatchObject({ directory: folder.path, entry: join(folder.path, 'src/main.js') })
    expect(app.runner).toEqual({ name: 'node', args: ['--enable-source-maps'] })
  })

  test('by a package.json as the page on the command line shows it', async () => {
    const shown = await readFile(new URL('./fixtures/entry/manifest.json', import.meta.url), 'utf8')
    await using folder = await Folder.linked({ ...entry, 'package.json': shown })
    const app = await findApplication(folder.path)
    expect(app).toMatchObject({ directory: folder.path, entry: join(folder.path, 'src/main.ts') })
  })

  test.each([
    ['modkit.config.mjs', `export default { entry: 'src/main.js', watch: ['src'] }`],
    ['modkit.config.cjs', `module.exports = { entry: 'src/main.js', watch: ['src'] }`],
    ['modkit.config.json', `{ "entry": "src/main.js", "watch": ["src"] }`],
  ])('by %s, which counts more than package.json', async (name, content) => {
    await using folder = await Folder.create({
      ...entry,
      [name]: content,
      'package.json': '{ "modkit": { "entry": "elsewhere.js" } }',
    })
    const { settings, file } = await findApplication(folder.path)
    expect({ settings, file }).toEqual({
      settings: { entry: 'src/main.js', watch: ['src'] },
      file: join(folder.path, name),
    })
  })

  test('by modkit.config.ts, read by what reads the application', async () => {
    await using folder = await Folder.linked({
      ...entry,
      'package.json': '{ "type": "module" }',
      'modkit.config.ts': `const entry: string = 'src/main.ts'\nexport default { entry }`,
    })
    const app = await findApplication(folder.path)
    expect(app.runner).toEqual({ name: 'tsx', args: ['--import', 'tsx'] })
  })
})

describe('TypeScript is run', () => {
  const installed = (name: string, files: readonly string[]): Record<string, string> => ({
    [`node_modules/${name}/package.json`]: JSON.stringify({ name }),
    ...Object.fromEntries(files.map((file) => [`node_modules/${name}/${file}`, ''])),
  })
  const manifest = { ...entry, 'package.json': '{ "modkit": { "entry": "src/main.ts" } }' }

  test.each([
    ['tsx', installed('tsx', ['index.js']), ['--import', 'tsx']],
    ['swc', installed('@swc-node/register', ['esm-register.js']), ['--import', '@swc-node/register/esm-register']],
    ['ts-node', installed('ts-node', ['esm.js']), ['--no-warnings=ExperimentalWarning', '--loader', 'ts-node/esm']],
  ])('by %s where that is installed', async (name, files, args) => {
    await using folder = await Folder.create({ ...manifest, ...files })
    expect((await findApplication(folder.path)).runner).toEqual({ name, args })
  })

  test('as the settings say', async () => {
    const settings = { entry: 'src/main.ts', node: ['--import', './loader.mjs'] }
    await using folder = await Folder.create({ ...entry, 'package.json': JSON.stringify({ modkit: settings }) })
    expect((await findApplication(folder.path)).runner).toEqual({ name: 'configured', args: settings.node })
  })

  test('by Node itself where that can, and else an error says what to install', async () => {
    await using folder = await Folder.create(manifest)
    const found = findApplication(folder.path).then(({ runner }) => runner.name)
    const strips = (process.features as { typescript?: unknown }).typescript
    if (typeof strips === 'string') await expect(found).resolves.toBe('node (type stripping)')
    else await expect(found).rejects.toMatchObject({ code: 'APP_RUNNER_MISSING' })
  })
})

describe('what is wrong with the settings is said', () => {
  test.each([
    ['{ "entri": "src/main.js" }', { setting: 'entri', suggestions: ['entry'] }],
    ['{ "entry": 1 }', { setting: 'entry' }],
    ['{ "entry": "src/main.js", "node": "tsx" }', { setting: 'node' }],
    ['"src/main.js"', { setting: 'modkit' }],
  ])('%s', async (settings, details) => {
    await using folder = await Folder.create({ ...entry, 'package.json': `{ "modkit": ${settings} }` })
    await expect(findApplication(folder.path)).rejects.toMatchObject({ code: 'APP_SETTING_INVALID', details })
  })

  test('a file that is no JSON, one that throws, and an entry that is not there', async () => {
    await using folder = await Folder.create({ 'package.json': '{ "modkit": ' })
    await expect(findApplication(folder.path)).rejects.toMatchObject({ code: 'APP_SETTING_INVALID' })
    await folder.write('modkit.config.mjs', `throw new Error('no luck')`)
    await expect(findApplication(folder.path)).rejects.toThrow('no luck')
    await folder.write('modkit.config.mjs', `export default { entry: 'main.js' }`)
    await expect(findApplication(folder.path)).rejects.toMatchObject({ code: 'APP_ENTRY_MISSING' })
  })
})
