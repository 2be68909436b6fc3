// Which packages of others reach whoever installs ours, from what the lockfile knows.

/**
 * Every entry of a lockfile that the given workspaces need at run time. What users choose themselves, as optional peers, is
 * left out.
 *
 * @param lock.packages as npm writes it
 * @param folders those of the workspaces
 */
export function productionPackages({ packages }, folders) {
  const found = new Map()
  const waiting = folders.flatMap((folder) => needsOf(packages[folder], folder))
  for (let need = waiting.pop(); need; need = waiting.pop()) {
    const path = whereIs(need, packages)
    if (path === undefined) {
      if (!need.optional) throw new Error(`The lockfile has no ${need.name}, which ${need.folder} needs.`)
      continue
    }
    if (found.has(path)) continue
    found.set(path, packages[path])
    // A sibling is a root of its own.
    if (!packages[path].link) waiting.push(...needsOf(packages[path], path))
  }
  return [...found].filter(([, { link }]) => !link).map(([path, entry]) => ({ path, ...entry }))
}

function needsOf({ dependencies = {}, optionalDependencies = {}, ...entry }, folder) {
  const { peerDependencies = {}, peerDependenciesMeta = {} } = entry
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true)
  return [
    ...[...Object.keys(dependencies), ...peers].map((name) => ({
      name,
      folder,
      optional: name in optionalDependencies,
    })),
    ...Object.keys(optionalDependencies).map((name) => ({ name, folder, optional: true })),
  ]
}

/** Where Node finds a package from a folder. */
function whereIs({ name, folder }, packages) {
  const parts = folder.split('/')
  for (let count = parts.length; count >= 0; count--) {
    const path = [...parts.slice(0, count), 'node_modules', name].join('/')
    if (path in packages) return path
  }
  return undefined
}

/** The entries of what a bundle has taken in, as the notice beside it names them. */
export function bundledPackages({ packages }, notice) {
  const titles = [...notice.matchAll(/^(\S+) (\S+)\n-{3,}$/gm)]
  return titles.map(([, name, version]) => {
    const found = Object.entries(packages).find(
      ([path, entry]) => path.endsWith(`node_modules/${name}`) && entry.version === version,
    )
    if (!found) throw new Error(`The lockfile has no ${name} ${version}, which is in a bundle: build again.`)
    return { path: found[0], ...found[1] }
  })
}
