import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readJson, root } from '../packages/manifests.mjs'

const run = promisify(execFile)

/** What a new application has besides our packages, in the versions that this workspace is tried with. */
const companions = ['zod', 'tsx', 'typescript', 'prettier', '@types/node']

/**
 * Installs every tarball into one empty folder, as npm does it for a user. No install script runs: nothing is compiled, so
 * that everything works there but SQLite.
 */
export async function installTogether(folder, tarballs) {
  const { devDependencies } = readJson(join(root, 'package.json'))
  const ours = tarballs.map(({ name, tarball }) => [name, `file:${tarball}`])
  const others = companions.map((name) => [name, devDependencies[name]])
  mkdirSync(folder, { recursive: true })
  const manifest = {
    name: 'installed',
    private: true,
    type: 'module',
    dependencies: Object.fromEntries([...ours, ...others]),
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, undefined, 2))
  const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  await run('npm', ['install', ...flags], { cwd: folder })
}
