import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readManifest, upwards } from '../application/find-application.js'
import type { Finding } from './finding.js'

/** One folder of a package that the application would load. */
export interface PackageCopy {
  readonly name: string
  readonly version: string
  /** Its real path. */
  readonly directory: string
  /** The package that asks for it, or the application. */
  readonly askedBy: string
}

/** Libraries whose objects cross packages: with two copies, what one makes the other does not know. */
const SHARED = ['reflect-metadata', 'knex', '@grpc/grpc-js', 'zod']
const isOurs = (name: string): boolean => name.startsWith('@modkit/')

/** Which copies of our packages, and of those that they share with the application, would be loaded together. */
export function examinePackages(directory: string): readonly Finding[] {
  const copies = packageCopies(directory)
  const names = [...new Set(copies.map(({ name }) => name))].filter((name) => isOurs(name) || SHARED.includes(name))
  const doubled = names.flatMap((name) => doubledPackage(copies.filter((copy) => copy.name === name)) ?? [])
  const found = [...doubled, ...mixedVersions(copies)]
  if (found.length > 0) return found
  const ours = names.filter(isOurs).sort().join(', ')
  if (ours === '') {
    const hint = 'Run "npm install" in the directory of the application.'
    return [{ check: 'packages', status: 'problem', message: 'No package of ModKit is installed here.', hint }]
  }
  return [{ check: 'packages', status: 'ok', message: `One copy of each package: ${ours}.` }]
}

function doubledPackage(copies: readonly PackageCopy[]): Finding | undefined {
  const [first, second] = copies
  if (!first || !second) return undefined
  const places = copies.map(({ version, directory, askedBy }) => `\n  ${version} in ${directory}, for ${askedBy}`)
  return {
    check: 'packages',
    status: isOurs(first.name) ? 'problem' : 'warning',
    message: `${first.name} is there ${String(copies.length)} times:${places.join('')}`,
    hint: 'Ask for the same version everywhere, then run "npm dedupe".',
  }
}

/** Our packages are released together, and are tried together only. */
function mixedVersions(copies: readonly PackageCopy[]): readonly Finding[] {
  const ours = copies.filter(({ name }) => isOurs(name) && !name.startsWith('@modkit/example'))
  const versions = new Set(ours.map(({ version }) => version))
  if (versions.size < 2) return []
  const list = ours.map(({ name, version }) => `${name} ${version}`).join(', ')
  return [
    {
      check: 'packages',
      status: 'problem',
      message: `The packages are of different releases: ${list}.`,
      hint: 'Install the same version of all of them.',
    },
  ]
}

/** Every package that the application reaches through dependencies, each of its folders once. */
export function packageCopies(directory: string): readonly PackageCopy[] {
  const found = new Map<string, PackageCopy>()
  const visited = new Set<string>()
  const waiting: { readonly directory: string; readonly name: string }[] = [
    { directory: realpathSync(directory), name: 'the application' },
  ]
  for (let place = waiting.pop(); place; place = waiting.pop()) {
    if (visited.has(place.directory)) continue
    visited.add(place.directory)
    for (const name of dependenciesOf(place.directory, visited.size === 1)) {
      const folder = folderOf(name, place.directory)
      if (folder === undefined) continue
      if (!found.has(folder)) {
        const version = String(readManifest(join(folder, 'package.json'))['version'])
        found.set(folder, { name, version, directory: folder, askedBy: place.name })
      }
      waiting.push({ directory: folder, name })
    }
  }
  return [...found.values()]
}

function dependenciesOf(directory: string, isApplication: boolean): readonly string[] {
  const manifest = join(directory, 'package.json')
  if (!existsSync(manifest)) return []
  const kinds = ['dependencies', 'optionalDependencies', 'peerDependencies']
  const content = readManifest(manifest)
  return [...kinds, ...(isApplication ? ['devDependencies'] : [])].flatMap((kind) =>
    Object.keys(Object(content[kind] ?? {}) as object),
  )
}

/** Where Node finds a package from a directory. */
function folderOf(name: string, from: string): string | undefined {
  for (const directory of upwards(from)) {
    const folder = join(directory, 'node_modules', name)
    if (existsSync(join(folder, 'package.json'))) return dirname(realpathSync(join(folder, 'package.json')))
  }
  return undefined
}
