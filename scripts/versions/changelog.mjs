// CHANGELOG.md: one section a release, the newest first, and before them what is not released yet.
const UNRELEASED = '## Unreleased'
const EMPTY = `${UNRELEASED}\n\nNothing yet.\n`

/** What the section of a version says; `undefined` where it has none. */
export function sectionOf(text, version) {
  const [, ...sections] = text.split(/^(?=## )/m)
  const section = sections.find((candidate) => candidate.split(/\s/)[1] === version)
  return section?.slice(section.indexOf('\n')).trim()
}

/** The changelog once what was not released is released. Throws where nothing was written. */
export function released(text, { version, date }) {
  if (sectionOf(text, version) !== undefined) throw new Error(`CHANGELOG.md has a section for ${version} already.`)
  const news = sectionOf(text, 'Unreleased')
  if (!news || news === 'Nothing yet.') throw new Error(`Write in CHANGELOG.md below "${UNRELEASED}" what changes.`)
  return text.replace(new RegExp(`^${UNRELEASED}$`, 'm'), () => `${EMPTY}\n## ${version} (${date})`)
}

/** What is wrong with the changelog of a version, as sentences. */
export function changelogProblems(text, version) {
  const has = (name) => sectionOf(text, name) !== undefined
  return [
    ...(has('Unreleased') ? [] : [`CHANGELOG.md has no section "${UNRELEASED}".`]),
    ...(has(version) ? [] : [`CHANGELOG.md has no section for ${version}.`]),
  ]
}
