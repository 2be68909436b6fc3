import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { HostError } from '@modkit/core'
import { readManifest } from '../application/find-application.js'

/** What `package.json` says of a package of ours: a range, or where it lies. */
export type PackageSource = (name: string) => string

/** The release of this command, and of all packages: they are released together. */
export const releaseVersion = String(readManifest(join(import.meta.dirname, '../../package.json'))['version'])

/**
 * Where new applications get our packages from: the registry, or a folder with what `npm pack` made or with the packages
 * themselves, for those who try what is not published.
 */
export function packageSource(directory: string | undefined, cwd: string): PackageSource {
  if (directory === undefined) return () => `^${releaseVersion}`
  const folder = resolve(cwd, directory)
  return (name) => `file:${localPackage(folder, name)}`
}

function localPackage(folder: string, name: string): string {
  const names = existsSync(folder) ? readdirSync(folder) : []
  const tarball = names.find((file) => file.startsWith(`${name.replace('@', '').replace('/', '-')}-`))
  if (tarball?.endsWith('.tgz') === true) return join(folder, tarball)
  const own = names.map((entry) => join(folder, entry)).find((path) => nameAt(path) === name)
  if (own !== undefined) return own
  throw new HostError('SCAFFOLD_PACKAGES_MISSING', { directory: folder, package: name })
}

function nameAt(path: string): unknown {
  const manifest = join(path, 'package.json')
  return existsSync(manifest) ? readManifest(manifest)['name'] : undefined
}
