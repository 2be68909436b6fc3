// Checks what our users see: the declarations that we ship, every door of every package, and our tests of types, under
// every TypeScript that we promise and under the settings that users have. Needs a build. A planted error must be found
// each time, so that a check that checks nothing does not pass.
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { consumerFiles, copyTypeTests, doors, PLANTED } from './type-versions/consumers.mjs'
import { settings } from './type-versions/settings.mjs'

const root = resolve(import.meta.dirname, '..')
const folder = join(root, 'node_modules/.cache/types')
const run = promisify(execFile)
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024

const compilers = [
  { version: '5.6', package: 'typescript-5.6', check: checkByApi },
  { version: '6.0', package: 'typescript', check: checkByApi },
  { version: '7.0', package: 'typescript-7', check: checkByCommand },
]

async function checkByApi(compiler, projects) {
  const script = join(root, 'scripts/type-versions/diagnose.mjs')
  const args = [script, compiler.package, folder, ...projects]
  const { stdout } = await run(process.execPath, args, { maxBuffer: MAX_OUTPUT_BYTES })
  return JSON.parse(stdout)
}

/** TypeScript 7 has no stable API; it is fast enough to check third-party declarations with ours. */
async function checkByCommand(compiler, projects) {
  const found = []
  for (const project of projects) found.push(parseOutput(await outputOf(compiler, project)))
  return found
}

async function outputOf(compiler, project) {
  const command = join(root, 'node_modules', compiler.package, 'bin/tsc')
  try {
    await run(process.execPath, [command, '-p', project, '--pretty', 'false'], {
      cwd: root,
      maxBuffer: MAX_OUTPUT_BYTES,
    })
    return ''
  } catch (error) {
    if (!error.stdout) throw error
    return error.stdout
  }
}

function parseOutput(output) {
  const found = []
  for (const line of output.split('\n')) {
    const [, file, place, text] = /^(?:(\S.*?)(\(\d+,\d+\)): )?error (TS\d+: .*)$/.exec(line) ?? []
    if (text) found.push({ file: file ? resolve(root, file) : '', text: place ? `${place}: ${text}` : text })
    else if (line !== '' && found.length > 0) found.at(-1).text += `\n${line}`
  }
  return found
}

/** Writes a tsconfig.json for each kind of settings. */
function writeProjects() {
  const typeTests = copyTypeTests(root, folder)
  const files = consumerFiles(root)
  const missing = doors(root).filter((door) => !importedDoors(files.standard).has(door))
  if (missing.length > 0)
    throw new Error(`No file of packages/core/test/fixtures/compilers/doors imports ${missing.join(', ')}.`)
  return Object.entries(settings).map(([name, compilerOptions]) => {
    const project = join(folder, `tsconfig.${name}.json`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      project,
      JSON.stringify({ compilerOptions, files: [...files[name].map((file) => join(root, file)), ...typeTests] }),
    )
    return project
  })
}

function importedDoors(files) {
  const texts = files.map((file) => readFileSync(join(root, file), 'utf8'))
  return new Set(texts.flatMap((text) => [...text.matchAll(/ from '(@modkit\/[^']+)'/g)].map(([, door]) => door)))
}

/** What is wrong, beyond what was planted; that the planted error was missed is wrong, too. */
function problemsOf(found) {
  const isPlanted = ({ file }) => file === join(root, PLANTED)
  const problems = found.filter((problem) => !isPlanted(problem))
  const texts = problems.map(({ file, text }) => `${file && relative(root, file)}${text}`)
  return found.some(isPlanted) ? texts : [...texts, `${PLANTED} is wrong on purpose, and nobody complained`]
}

async function check(compiler, projects) {
  const startMs = performance.now()
  const found = await compiler.check(compiler, projects)
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
  const problems = Object.keys(settings).flatMap((name, index) =>
    problemsOf(found[index]).map((problem) => `TypeScript ${compiler.version}, ${name} decorators: ${problem}`),
  )
  for (const problem of problems) console.error(problem)
  if (problems.length === 0) console.log(`TypeScript ${compiler.version} agrees with every door, ${seconds} s.`)
  return problems.length
}

if (!existsSync(join(root, 'packages/core/dist/index.d.ts'))) throw new Error('There is no build: run `npm run build`.')
const projects = writeProjects()
const counts = await Promise.all(compilers.map((compiler) => check(compiler, projects)))
process.exitCode = counts.every((count) => count === 0) ? 0 : 1
