// The version of a release. `--check` says what is out of step, and with `--tag v1.2.3` whether the tag is that of the tree;
// `1.2.3` raises every package, what they ask of each other, the lockfile and the changelog; `--notes` prints what the
// changelog says of this version.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, root, workspaces } from './packages/manifests.mjs'
import { changelogProblems, released, sectionOf } from './versions/changelog.mjs'
import { inStep, outOfStep, RELEASE } from './versions/lockstep.mjs'

const changelog = join(root, 'CHANGELOG.md')
/** The core tells its copies apart by it, without reading a manifest at each start. */
const coreVersion = { file: join(root, 'packages/core/src/module/core-copy.ts'), line: /(CORE_VERSION = )'(.*)'/ }

const read = (path) => readFileSync(path, 'utf8')
const workspace = () => readJson(join(root, 'package.json'))

function problems(tag) {
  const { version } = workspace()
  const [, , inCore] = coreVersion.line.exec(read(coreVersion.file)) ?? []
  return [
    ...outOfStep(
      workspaces().map(({ manifest }) => manifest),
      version,
    ),
    ...(inCore === version ? [] : [`CORE_VERSION is ${inCore}, not ${version}.`]),
    ...changelogProblems(read(changelog), version),
    ...(tag === undefined || tag === `v${version}` ? [] : [`The tag is ${tag}, and the version ${version}.`]),
  ]
}

function check(tag) {
  const found = problems(tag)
  for (const problem of found) console.error(problem)
  if (found.length === 0) console.log(`Every package, and the changelog, has the version ${workspace().version}.`)
  process.exitCode = found.length === 0 ? 0 : 1
}

function raise(version) {
  const all = workspaces()
  const names = new Set(all.map(({ manifest }) => manifest.name))
  // The changelog first: it refuses a release of which nothing is said.
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(changelog, released(read(changelog), { version, date }))
  for (const { folder, manifest } of [{ folder: '.', manifest: workspace() }, ...all]) {
    const text = `${JSON.stringify(inStep(manifest, { names, version }), undefined, 2)}\n`
    writeFileSync(join(root, folder, 'package.json'), text)
  }
  writeFileSync(coreVersion.file, read(coreVersion.file).replace(coreVersion.line, `$1'${version}'`))
  const lock = ['install', '--package-lock-only', '--ignore-scripts', '--no-audit']
  execFileSync('npm', lock, { cwd: root, stdio: 'inherit' })
  check()
}

const [first, second, third] = process.argv.slice(2)
if (first === '--check') check(second === '--tag' ? third : undefined)
else if (first === '--notes') console.log(sectionOf(read(changelog), workspace().version))
else if (RELEASE.test(first ?? '')) raise(first)
else throw new Error('Say a version such as 1.2.3, or --check.')
