// Looks at the licence of every package that reaches whoever installs ours: what they depend on, and what is in their
// bundles. A licence that asks for more than its own text and names is not taken in without anybody noticing.
// Needs a build, whose notices say what is in the bundles.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAllowed } from './licences/allowed.mjs'
import { bundledPackages, productionPackages } from './licences/production-packages.mjs'
import { browserPackageOf } from './bundle/browser-files.mjs'
import { publishable, readJson, root } from './packages/manifests.mjs'

const lock = readJson(join(root, 'package-lock.json'))
const folders = publishable().map(({ folder }) => folder)

function inBundleOf(folder) {
  const notice = join(root, folder, 'dist/THIRD-PARTY-NOTICES.txt')
  return existsSync(notice) ? bundledPackages(lock, readFileSync(notice, 'utf8')) : []
}

function forBrowsersOf(folder) {
  const path = `node_modules/${browserPackageOf(folder)}`
  return path in lock.packages ? [{ path, ...lock.packages[path] }] : []
}

const bundled = folders.flatMap((folder) => [...inBundleOf(folder), ...forBrowsersOf(folder)])
if (bundled.length === 0) throw new Error('No bundle is there: run "npm run build".')
const packages = [...productionPackages(lock, folders), ...bundled]
const refused = packages.filter(({ license }) => !isAllowed(license))
for (const { path, version, license } of refused) {
  console.error(
    `${path} ${version} has the licence ${license ?? 'that its manifest does not name'}, which is not allowed.`,
  )
}
const names = [...new Set(packages.map(({ license }) => license))].sort()
if (refused.length === 0)
  console.log(
    `${packages.length} packages of others reach our users (${bundled.length} in bundles), under ${names.join(', ')}.`,
  )
process.exitCode = refused.length === 0 ? 0 : 1
