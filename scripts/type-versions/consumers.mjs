import { globSync } from 'tinyglobby'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const fixtures = 'packages/core/test/fixtures'

/** The file that is wrong on purpose: a check that does not complain about it checks nothing. */
export const PLANTED = `${fixtures}/broken/type-error.ts`

/** What our users write, by the settings under which it is checked. */
export function consumerFiles(root) {
  const files = globSync([`${fixtures}/compilers/{application,doors}/*.ts`, `${fixtures}/decorators/*.ts`], {
    cwd: root,
  })
  const legacy = globSync(`${fixtures}/legacy/*.ts`, { cwd: root })
  return { standard: [...files, PLANTED], legacy: [...files, ...legacy, PLANTED] }
}

/** Every door of every package that ships: what a user may import. */
export function doors(root) {
  const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'))
  const manifests = read('package.json').workspaces.map((folder) => read(`${folder}/package.json`))
  return manifests
    .filter((manifest) => !manifest.private)
    .flatMap(({ name, exports }) => Object.keys(exports).map((door) => join(name, door)))
    .filter((door) => !door.endsWith('.json'))
}

/** The tests of types, copied into `folder` so that they import the declarations that we ship instead of the sources. */
export function copyTypeTests(root, folder) {
  rmSync(folder, { recursive: true, force: true })
  return globSync('packages/*/src/**/*.test-d.ts', { cwd: root }).map((file) => {
    const copy = join(folder, file)
    const beside = join(root, dirname(file).replace('/src', '/dist'))
    const declarations = relative(dirname(copy), beside)
    const text = readFileSync(join(root, file), 'utf8').replaceAll(/ from '(\.\.?\/[^']+)'/g, (_, path) => {
      return ` from '${join(declarations, path)}'`
    })
    mkdirSync(dirname(copy), { recursive: true })
    writeFileSync(copy, text)
    return copy
  })
}
