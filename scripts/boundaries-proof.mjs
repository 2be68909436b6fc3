// Proves that every rule of .dependency-cruiser.mjs bites: a copy of the tree gets one planted violation for each rule,
// and each must be found, by its own rule, where it was planted. A rule that matches no real file has lost its folder.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { cruise } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import config from '../.dependency-cruiser.mjs'
import { innocent, violations } from './boundaries/plants.mjs'

const root = resolve(import.meta.dirname, '..')

async function findViolations(baseDir) {
  const { output } = await cruise(
    ['packages', 'examples'],
    { ...config.options, baseDir, ruleSet: { forbidden: config.forbidden }, validate: true },
    config.options.enhancedResolveOptions,
    { tsConfig: extractTSConfig(join(root, config.options.tsConfig.fileName)) },
  )
  return output
}

/** The tree without what was built or installed; packages of the workspace resolve to the copy, all others to the real ones. */
function copyTree(copy) {
  const isSource = (path) => !/\/(?:node_modules|dist)$/.test(path)
  for (const part of ['packages', 'examples'])
    cpSync(join(root, part), join(copy, part), { recursive: true, filter: isSource })
  cpSync(join(root, 'package.json'), join(copy, 'package.json'))
  linkModules(copy)
}

function linkModules(copy) {
  const modules = join(copy, 'node_modules')
  mkdirSync(join(modules, '@modkit'), { recursive: true })
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '@modkit' && name !== '.cache') symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  for (const name of readdirSync(join(copy, 'packages'))) {
    symlinkSync(join(copy, 'packages', name), join(modules, '@modkit', name))
  }
}

function plantDevDependency(copy) {
  const manifest = join(copy, 'packages/testing/package.json')
  const content = JSON.parse(readFileSync(manifest, 'utf8'))
  content.devDependencies = { ...content.devDependencies, 'planted-dev-dependency': '1.0.0' }
  writeFileSync(manifest, JSON.stringify(content))
  write(copy, 'node_modules/planted-dev-dependency/index.js', '')
}

function write(copy, path, content) {
  mkdirSync(dirname(join(copy, path)), { recursive: true })
  writeFileSync(join(copy, path), content)
}

function plant(copy) {
  plantDevDependency(copy)
  for (const files of [...Object.values(violations), innocent]) {
    for (const [path, content] of Object.entries(files)) write(copy, path, `${content}\n`)
  }
}

/** What the proof finds wanting, as sentences. */
function shortcomings({ modules, summary }) {
  const found = new Set(summary.violations.map(({ rule, from }) => `${rule.name} ${from}`))
  const unproven = config.forbidden.flatMap(({ name }) => {
    const planted = Object.keys(violations[name] ?? {})
    if (planted.length === 0) return [`"${name}" has no planted violation.`]
    // A cycle is reported once, from any of its files.
    return planted.some((path) => found.has(`${name} ${path}`)) ? [] : [`"${name}" does not find ${planted[0]}.`]
  })
  const accused = summary.violations
    .filter(({ from }) => from in innocent)
    .map(({ rule, from }) => `"${rule.name}" accuses ${from}, which is innocent.`)
  const real = modules.map(({ source }) => source).filter((source) => !/planted|innocent|node_modules/.test(source))
  const idle = config.forbidden
    .filter(({ from }) => from.path && !real.some((source) => new RegExp(from.path).test(source)))
    .map(({ name }) => `"${name}" matches no file: was its folder renamed?`)
  return [...unproven, ...accused, ...idle]
}

const copy = mkdtempSync(join(tmpdir(), 'modkit-boundaries-'))
try {
  copyTree(copy)
  plant(copy)
  const problems = shortcomings(await findViolations(copy))
  for (const problem of problems) console.error(problem)
  if (problems.length === 0)
    console.log(`Each of ${config.forbidden.length} boundary rules finds its planted violation.`)
  process.exitCode = problems.length === 0 ? 0 : 1
} finally {
  rmSync(copy, { recursive: true, force: true })
}
