// Makes of the packages that every program starts with what Node loads fastest: a few files instead of hundreds, with the
// development dependencies that their sources import inside. What a package lists as a dependency stays outside.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { build } from 'esbuild'
import { noticeOf } from './bundle/notice.mjs'

const root = resolve(import.meta.dirname, '..')
const packages = ['packages/core', 'packages/gateway']

/** What is not for Node but for browsers: files of a package that are shipped as they are. */
const browserFiles = {
  'packages/gateway': {
    package: 'swagger-ui-dist',
    files: ['swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'swagger-ui.css', 'LICENSE', 'NOTICE'],
    folder: 'dist/swagger-ui',
  },
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** What CommonJS code inside of a bundle calls for Node's own modules. */
const requireOfNode =
  "import { createRequire as createNodeRequire } from 'node:module'\nconst require = createNodeRequire(import.meta.url)"

function doorsOf({ exports }) {
  return Object.values(exports).flatMap((door) => door['modkit:source'] ?? [])
}

function outsideOf({ dependencies = {}, peerDependencies = {} }) {
  return Object.keys({ ...dependencies, ...peerDependencies }).flatMap((name) => [name, `${name}/*`])
}

async function bundle(folder) {
  const manifest = readJson(join(root, folder, 'package.json'))
  const { metafile } = await build({
    absWorkingDir: join(root, folder),
    entryPoints: doorsOf(manifest),
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    external: outsideOf(manifest),
    banner: { js: requireOfNode },
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
  })
  writeFileSync(join(root, folder, 'dist/THIRD-PARTY-NOTICES.txt'), noticeOf(metafile, join(root, folder)))
  const files = Object.keys(metafile.outputs).filter((file) => file.endsWith('.js'))
  console.log(`${manifest.name}: ${Object.keys(metafile.inputs).length} files bundled into ${files.length}`)
}

function copyBrowserFiles(folder) {
  const given = browserFiles[folder]
  if (given === undefined) return
  const source = dirname(createRequire(join(root, folder, 'package.json')).resolve(`${given.package}/package.json`))
  const destination = join(root, folder, given.folder)
  mkdirSync(destination, { recursive: true })
  for (const file of given.files) copyFileSync(join(source, file), join(destination, file))
}

function clean(folder) {
  if (browserFiles[folder]) rmSync(join(root, folder, browserFiles[folder].folder), { recursive: true, force: true })
  for (const name of ['index.js', 'index.js.map', 'spi.js', 'spi.js.map', 'chunks', 'THIRD-PARTY-NOTICES.txt'])
    rmSync(join(root, folder, 'dist', name), { recursive: true, force: true })
}

for (const folder of packages) {
  clean(folder)
  if (process.argv.includes('--clean')) continue
  mkdirSync(join(root, folder, 'dist'), { recursive: true })
  await bundle(folder)
  copyBrowserFiles(folder)
}
