import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { publishable, root } from '../packages/manifests.mjs'

const run = promisify(execFile)

/** Packs every package that is released, as a registry would get it. Needs a build. */
export async function packAll(destination) {
  return Promise.all(publishable().map(({ folder, manifest }) => pack({ folder, manifest, destination })))
}

async function pack({ folder, manifest, destination }) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination, '--workspace', folder]
  const { stdout } = await run('npm', args, { cwd: root })
  const [{ name, filename, files }] = Object.values(JSON.parse(stdout))
  return { folder, manifest, name, tarball: join(destination, filename), files: files.map(({ path }) => path) }
}
