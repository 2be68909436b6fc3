// What a tarball holds, and what two tools for packages say of it.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { browserFilesOf } from '../bundle/browser-files.mjs'
import { root } from '../packages/manifests.mjs'

const run = promisify(execFile)
const unwanted = /\.test\.|\.test-d\.|(?:^|\/)(?:test|fixtures|coverage)\/|\.tsbuildinfo$|tsconfig/

/** Everything that is wrong with a package as it was packed; each text goes on after the package's name. */
export async function problemsOfPackage(packed) {
  const tools = await Promise.all([
    said('publint', ['run', packed.tarball, '--strict']),
    said('attw', [packed.tarball, '--profile', 'esm-only', '--no-emoji']),
  ])
  return [...problemsOfPapers(packed), ...problemsOfFiles(packed), ...tools.flat()]
}

/** The files that the doors of a package lead to. */
function filesBehindDoors({ exports, bin = {} }) {
  const doors = Object.values(exports).flatMap((door) => (typeof door === 'string' ? [door] : Object.values(door)))
  return [...doors, ...Object.values(bin)].map((door) => door.replace(/^\.\//, ''))
}

const sourceOf = (file) => file.replace(/^dist/, 'src').replace(/\.js$/, '.ts')

/** What a registry shows of a package, and what its licence asks for: its own text in every copy. */
const always = ['README.md', 'LICENSE']

function problemsOfPapers({ folder, files }) {
  const licence = (path) => readFileSync(join(root, path, 'LICENSE'), 'utf8')
  const missing = always.filter((file) => !files.includes(file)).map((file) => `lacks ${file}`)
  return missing.length > 0 || licence(folder) === licence('.') ? missing : ['has another LICENSE than this repository']
}

function problemsOfFiles({ folder, manifest, files }) {
  const forBrowsers = browserFilesOf(folder)
  const extra = files.filter((file) => unwanted.test(file)).map((file) => `ships ${file}`)
  const missing = filesBehindDoors(manifest)
    .filter((door) => !files.includes(door))
    .map((door) => `lacks ${door}, which its manifest names`)
  const forgotten = forBrowsers
    .filter((file) => !files.includes(file))
    .map((file) => `lacks ${file}, which browsers load`)
  const stale = files
    // The chunks of a bundle have many sources, and are removed before each bundling.
    .filter((file) => /^dist\/(?!chunks\/).*\.js$/.test(file) && !files.includes(sourceOf(file)))
    .filter((file) => !forBrowsers.includes(file))
    .map((file) => `ships ${file}, which has no source: remove dist and build again`)
  return [...extra, ...missing, ...forgotten, ...stale]
}

async function said(tool, args) {
  try {
    await run(join(root, 'node_modules/.bin', tool), args, { cwd: root })
    return []
  } catch ({ stdout, stderr }) {
    return [`does not satisfy ${tool}:\n${stdout}${stderr}`]
  }
}
