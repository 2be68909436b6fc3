// Makes of the packages that every program starts with what Node loads fastest: a few files instead of hundreds, with the
// development dependencies that their sources import inside. What a package lists as a dependency stays outside.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { copyBrowserFiles, removeBrowserFiles } from './bundle/browser-files.mjs'
import { noticeOf } from './bundle/notice.mjs'

const root = resolve(import.meta.dirname, '..')
const packages = ['packages/core', 'packages/gateway']

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

function clean(folder) {
  removeBrowserFiles(folder, join(root, folder))
  for (const name of ['index.js', 'index.js.map', 'spi.js', 'spi.js.map', 'chunks', 'THIRD-PARTY-NOTICES.txt'])
    rmSync(join(root, folder, 'dist', name), { recursive: true, force: true })
}

for (const folder of packages) {
  clean(folder)
  if (process.argv.includes('--clean')) continue
  mkdirSync(join(root, folder, 'dist'), { recursive: true })
  await bundle(folder)
  copyBrowserFiles(folder, join(root, folder))
}
