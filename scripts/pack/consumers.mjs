// What users write, run on what they install: JavaScript, CommonJS, and TypeScript by every compiler that we promise.
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { doorsOf, publishable, root } from '../packages/manifests.mjs'

const run = promisify(execFile)
const programs = join(import.meta.dirname, 'consumers')
const declarationTests = join(root, 'packages/core/test/fixtures/compilers/doors')

/** The doors that only a test runner opens; packages/testing/test/runners.test.ts does. */
const ofRunners = ['@modkit/testing/jest', '@modkit/testing/vitest']

const compilers = [
  { version: '5.6', package: 'typescript-5.6' },
  { version: '6.0', package: 'typescript' },
  { version: '7.0', package: 'typescript-7' },
]

const compilerOptions = {
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable', 'esnext.decorators'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  // What others declare is theirs to check.
  skipLibCheck: true,
  rootDir: '.',
}

/** One check for each kind of user; each answers what is wrong, and what it has seen. */
export function consumerChecks(folder) {
  cpSync(programs, folder, { recursive: true })
  return [
    { name: 'every door by import and by require()', check: () => openDoors(folder) },
    { name: 'JavaScript', check: () => answers(folder, 'service.mjs', 'JavaScript') },
    { name: 'CommonJS', check: () => answers(folder, 'service.cjs', 'CommonJS') },
    ...compilers.map((compiler) => ({
      name: `TypeScript ${compiler.version}`,
      check: () => compilesAndAnswers(folder, compiler),
    })),
  ]
}

async function openDoors(folder) {
  const doors = publishable()
    .flatMap(({ manifest }) => doorsOf(manifest))
    .filter((door) => !ofRunners.includes(door))
  const { differing } = JSON.parse(await node(folder, ['doors.mjs', ...doors]))
  if (differing.length > 0) throw new Error(`Import and require() give something else: ${differing.join(', ')}`)
}

async function answers(folder, program, from) {
  const said = await node(folder, [program])
  if (said.trim() !== JSON.stringify({ from })) throw new Error(`${program} says ${said}`)
}

async function compilesAndAnswers(folder, compiler) {
  const name = `out-${compiler.version}`
  // One compiler is enough to find a declaration that needs what is not installed; `types:versions` looks with all.
  const doors = compiler === compilers.at(-1) ? copyDeclarationTests(folder) : []
  const project = join(folder, `tsconfig.${compiler.version}.json`)
  writeFileSync(
    project,
    JSON.stringify({ compilerOptions: { ...compilerOptions, outDir: name }, files: ['service.ts', ...doors] }),
  )
  await node(folder, [join(root, 'node_modules', compiler.package, 'bin/tsc'), '-p', project])
  await answers(folder, join(name, 'service.js'), 'TypeScript')
}

/** What is written against our declarations in this repository is compiled against those of the packages. */
function copyDeclarationTests(folder) {
  // The door of the tests needs a runner of tests, and that of the gateway every library of schemas.
  const names = ['cli.ts', 'core.ts', 'db.ts', 'grpc.ts', 'spi.ts']
  mkdirSync(join(folder, 'doors'), { recursive: true })
  for (const name of names) writeFileSync(join(folder, 'doors', name), readFileSync(join(declarationTests, name)))
  return names.map((name) => join('doors', name))
}

async function node(folder, args) {
  try {
    const { stdout } = await run(process.execPath, args, { cwd: folder, env: userEnvironment() })
    return stdout
  } catch (error) {
    throw new Error(`node ${args.join(' ')} failed:\n${error.stdout}${error.stderr}`, { cause: error })
  }
}

/** Nothing of this run reaches what a user would run. */
function userEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'NODE_OPTIONS'))
}
