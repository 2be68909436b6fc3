// Packs every publishable package and examines what a user would install: the files, the manifest, the types.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { browserFilesOf } from './bundle/browser-files.mjs'

const root = resolve(import.meta.dirname, '..')
const unwanted = /\.test\.|\.test-d\.|(?:^|\/)(?:test|fixtures|coverage)\/|\.tsbuildinfo$|tsconfig/

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

function publishablePackages() {
  const { workspaces } = readJson(join(root, 'package.json'))
  return workspaces.filter((folder) => !readJson(join(root, folder, 'package.json')).private)
}

function pack(folder, destination) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination, '--workspace', folder]
  const output = execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  const [{ name, filename, files }] = Object.values(JSON.parse(output))
  return { name, tarball: join(destination, filename), files: files.map(({ path }) => path) }
}

/** The files that the doors of a package lead to. */
function doorsOf(folder) {
  const { exports } = readJson(join(root, folder, 'package.json'))
  return Object.values(exports).flatMap((door) => (typeof door === 'string' ? [door] : Object.values(door)))
}

const sourceOf = (file) => file.replace(/^dist/, 'src').replace(/\.js$/, '.ts')

function problemsOfFiles(folder, files) {
  const extra = files.filter((file) => unwanted.test(file)).map((file) => `ships ${file}`)
  const missing = doorsOf(folder)
    .map((door) => door.replace(/^\.\//, ''))
    .filter((door) => !files.includes(door))
    .map((door) => `lacks ${door}, which its exports name`)
  const forBrowsers = browserFilesOf(folder)
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

function examine(tool, args) {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin', tool), args, {
    cwd: root,
    encoding: 'utf8',
  })
  return status === 0 ? [] : [`does not satisfy ${tool}:\n${stdout}${stderr}`]
}

function check(folder, destination) {
  const { name, tarball, files } = pack(folder, destination)
  const problems = [
    ...problemsOfFiles(folder, files),
    ...examine('publint', ['run', tarball, '--strict']),
    ...examine('attw', [tarball, '--profile', 'esm-only', '--no-emoji']),
  ]
  for (const problem of problems) console.error(`${name} ${problem}`)
  if (problems.length === 0) console.log(`${name}: ${files.length} files, no test among them; publint and attw agree.`)
  return problems.length
}

const destination = mkdtempSync(join(tmpdir(), 'modkit-pack-'))
try {
  const counts = publishablePackages().map((folder) => check(folder, destination))
  process.exitCode = counts.every((count) => count === 0) ? 0 : 1
} finally {
  rmSync(destination, { recursive: true, force: true })
}
