/** Packages so that each comes after those of the same release that it depends on: nobody finds half a release. */
export function releaseOrder(packages) {
  const names = new Set(packages.map(({ manifest }) => manifest.name))
  const ordered = []
  const place = (each, path) => {
    if (ordered.includes(each)) return
    const { name, dependencies = {} } = each.manifest
    if (path.includes(name))
      throw new Error(`Packages depend on each other in a circle: ${[...path, name].join(' -> ')}`)
    const before = Object.keys(dependencies).filter((dependency) => names.has(dependency))
    for (const needed of before)
      place(
        packages.find(({ manifest }) => manifest.name === needed),
        [...path, name],
      )
    ordered.push(each)
  }
  for (const each of packages) place(each, [])
  return ordered
}

/**
 * The manifest as it is published: it says where the sources are, which provenance is compared with.
 *
 * @param repository `owner/name`
 */
export function releaseManifest({ folder, manifest }, repository) {
  const url = `https://github.com/${repository}`
  return {
    ...manifest,
    homepage: `${url}#readme`,
    bugs: `${url}/issues`,
    repository: { type: 'git', url: `git+${url}.git`, directory: folder },
  }
}

/** Under which name people get a version without asking for it: `latest`, or `next` before a release. */
export function distTag(version) {
  return version.includes('-') ? 'next' : 'latest'
}
