import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { moduleDefinition } from './module-definition.js'
import { defaultScanPattern, scanModules } from './module-scanner.js'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'modkit-scan-'))
})

afterEach(() => rm(directory, { recursive: true }))

async function write(path: string, source: string): Promise<void> {
  const file = join(directory, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, source)
}

/** What a module file begins with. The core is named by its own path: the files lie outside of any package. */
const importsCore = `import { defineModule } from ${JSON.stringify(fileURLToPath(new URL('./module-decorator.ts', import.meta.url)))}\n`

const classSource = (name: string): string =>
  `export class ${name} {}\ndefineModule({ name: '${name.toLowerCase()}' }, ${name})\n`

const moduleFile = (...names: readonly string[]): string => importsCore + names.map(classSource).join('')

async function namesFoundBy(...patterns: readonly string[]): Promise<readonly (string | undefined)[]> {
  const classes = await scanModules(patterns, { directory })
  return classes.map((found) => moduleDefinition(found)?.name)
}

describe('scanning for modules', () => {
  test('finds every exported module class, in the order of the paths', async () => {
    await write('b/users.module.mjs', moduleFile('Users', 'Audit'))
    await write('a/orders.module.mjs', moduleFile('Orders'))
    await write('c.module.mjs', moduleFile('Cities'))
    expect(await namesFoundBy('**/*.module.mjs')).toEqual(['orders', 'audit', 'users', 'cities'])
  })

  test('takes default exports, and passes over what is not a module', async () => {
    const others = 'export default A\nexport const x = 1\nexport class B {}\nexport const none = null'
    await write('a.module.mjs', `${importsCore}class A {}\ndefineModule({ name: 'a' }, A)\n${others}`)
    expect(await namesFoundBy('*.mjs')).toEqual(['a'])
  })

  test('counts a class that several files or names export once', async () => {
    await write('a.module.mjs', moduleFile('A') + 'export { A as Again }')
    await write('b.module.mjs', `export * from './a.module.mjs'`)
    expect(await namesFoundBy('*.mjs', '**/*.module.mjs')).toEqual(['a'])
  })

  test('passes over tests, declarations, packages and dot folders, even where a pattern names them', async () => {
    await write('a.module.mjs', moduleFile('A'))
    const passedOver = [
      'node_modules/p/p.module.mjs',
      'deep/node_modules/p/p.module.mjs',
      'test/t.module.mjs',
      'src/tests/t.module.mjs',
      'src/__tests__/t.module.mjs',
      '.cache/c.module.mjs',
      '.hidden.module.mjs',
      'a.module.test.mjs',
      'a.module.spec.mjs',
      'a.module.d.mts',
    ]
    for (const path of passedOver) await write(path, 'throw new Error("imported")')
    expect(await namesFoundBy('**/*.m*', '**/.*/*', '.cache/*', '**/.*', 'test/*', 'node_modules/**')).toEqual(['a'])
  })

  test('does not mind where the scanned directory lies', async () => {
    await write('test/.hidden/app/a.module.mjs', moduleFile('A'))
    const classes = await scanModules(['*.mjs'], { directory: join(directory, 'test/.hidden/app') })
    expect(classes).toHaveLength(1)
  })

  test('finds modules beside the directory, and by absolute paths', async () => {
    await write('app/main.mjs', '')
    await write('modules/a.module.mjs', moduleFile('A'))
    const beside = { directory: join(directory, 'app') }
    expect(await scanModules(['../modules/*.module.mjs'], beside)).toHaveLength(1)
    expect(await scanModules([join(directory, 'modules/*.mjs')], beside)).toHaveLength(1)
  })

  test('names the file that cannot be imported, and why', async () => {
    await write('broken.module.mjs', `throw new Error('no luck.')`)
    await expect(namesFoundBy('*.mjs')).rejects.toMatchObject({
      code: 'SCAN_FAILED',
      details: { file: join(directory, 'broken.module.mjs'), reason: 'no luck' },
      cause: { message: 'no luck.' },
    })
  })

  test('says in words that files import each other in a circle', async () => {
    await write('a.module.mjs', `import { B } from './b.module.mjs'\nexport class A { static needs = B }`)
    await write('b.module.mjs', `import { A } from './a.module.mjs'\nexport class B { static needs = A }`)
    await expect(namesFoundBy('*.mjs')).rejects.toMatchObject({
      code: 'SCAN_FAILED',
      details: { reason: expect.stringMatching(/^"A" is used before .* import each other in a circle/) },
      cause: expect.objectContaining({ name: 'ReferenceError' }),
    })
  })

  test('fails where there is no module at all, whether files match or not', async () => {
    const empty = { code: 'SCAN_EMPTY', details: { directory, patterns: ['**/*.module.mjs'] } }
    await expect(namesFoundBy('**/*.module.mjs')).rejects.toMatchObject(empty)
    await write('a.module.mjs', 'export class A {}')
    await expect(namesFoundBy('**/*.module.mjs')).rejects.toMatchObject(empty)
  })

  test.each([
    ['/app/src/main.ts', '**/*.module.ts'],
    ['/app/dist/main.js', '**/*.module.js'],
    ['/app/main.v2.mjs', '**/*.module.mjs'],
    ['/app/bin/serve', '**/*.module.js'],
  ])('looks by default for modules with the extension of the entry %s', (entry, pattern) => {
    expect(defaultScanPattern(entry)).toBe(pattern)
  })
})
