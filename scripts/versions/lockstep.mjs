// Every package of a release has the same version, and asks for exactly that one of its siblings.
const kinds = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']

export const RELEASE = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/

/** What is out of step, as sentences. */
export function outOfStep(manifests, version) {
  const names = new Set(manifests.map(({ name }) => name))
  return manifests.flatMap((manifest) => [
    ...(manifest.version === version ? [] : [`${manifest.name} has the version ${manifest.version}, not ${version}.`]),
    ...siblingsOf(manifest, names)
      .filter(({ range }) => range !== version)
      .map(({ name, range }) => `${manifest.name} asks for ${name} ${range}, not ${version}.`),
  ])
}

/** The manifest with another version, its own and that of its siblings. */
export function inStep(manifest, { names, version }) {
  const changed = { ...manifest, version }
  for (const { kind, name } of siblingsOf(manifest, names)) changed[kind] = { ...changed[kind], [name]: version }
  return changed
}

function siblingsOf(manifest, names) {
  return kinds.flatMap((kind) =>
    Object.entries(manifest[kind] ?? {})
      .filter(([name]) => names.has(name))
      .map(([name, range]) => ({ kind, name, range })),
  )
}
