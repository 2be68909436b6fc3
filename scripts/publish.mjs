// Publishes every package with provenance; only the release workflow does it. What the registry has already is left out, so
// that a run which was interrupted can be repeated. `--dry-run` goes as far as one can without publishing. Needs a build.
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { publishable, root } from './packages/manifests.mjs'
import { distTag, releaseManifest, releaseOrder } from './publish/release-order.mjs'

const isTrial = process.argv.includes('--dry-run')
const repository = process.env.GITHUB_REPOSITORY
if (!isTrial && !repository) throw new Error('Push a tag v1.2.3: the release workflow publishes, with provenance.')

function isThere({ name, version }) {
  const { stdout } = spawnSync('npm', ['view', `${name}@${version}`, 'version'], { encoding: 'utf8' })
  return stdout.trim() === version
}

function publish({ folder, manifest }) {
  if (!isTrial && isThere(manifest)) return console.log(`${manifest.name} ${manifest.version} is there already.`)
  const how = isTrial ? ['--dry-run'] : ['--provenance']
  const args = ['publish', `./${folder}`, '--access', 'public', '--tag', distTag(manifest.version), '--ignore-scripts']
  execFileSync('npm', [...args, ...how], { cwd: root, stdio: 'inherit' })
}

const packages = releaseOrder(publishable())
for (const each of isTrial ? [] : packages) {
  const manifest = JSON.stringify(releaseManifest(each, repository), undefined, 2)
  writeFileSync(join(root, each.folder, 'package.json'), `${manifest}\n`)
}
for (const each of packages) publish(each)
