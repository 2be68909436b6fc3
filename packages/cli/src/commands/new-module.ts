import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { type Application, findApplication, readManifest } from '../application/find-application.js'
import type { CommandDefinition, Invocation, Outcome } from '../command-line/command.js'
import { withDatabase } from '../scaffold/app-config.js'
import { libraries } from '../scaffold/app-files.js'
import { assertNewFiles, type Files, jsonText, writeNewFiles } from '../scaffold/files.js'
import { installPackages } from '../scaffold/install.js'
import type { ModuleFeatures } from '../scaffold/module-features.js'
import { type ModuleFolder, moduleFiles } from '../scaffold/module-files.js'
import { type ListedModule, withModules } from '../scaffold/module-list.js'
import { type ModuleNames, moduleNames } from '../scaffold/names.js'
import { scaffoldOptions, sourceOf } from './new-app.js'

/** A module with what it needs around it. */
export const newModule: CommandDefinition = {
  name: 'new module',
  summary: 'begin a module in this application: its contract, its class and its test, listed and configured',
  args: [['<name>', 'its name, such as user-notes']],
  options: [
    { flags: '--db', description: 'with a database, tables and migrations of its own' },
    { flags: '--rest', description: 'with operations over HTTP' },
    { flags: '--grpc', description: 'with a gRPC service' },
    { flags: '--stateful', description: 'with start and stop' },
    ...scaffoldOptions,
  ],
  examples: ['modkit new module notes --db --rest', 'modkit new module clock --stateful'],
  run: createModule,
}

async function createModule(invocation: Invocation): Promise<Outcome> {
  const names = moduleNames(invocation.args[0] ?? '')
  const features = featuresOf(invocation)
  const app = await findApplication(invocation.cwd)
  const place = placeOf(app, names)
  const files = moduleFiles(names, features, place)
  assertNewFiles(app.directory, files)
  const added = addPackages(app, features, invocation)
  const installs = added.length > 0 && invocation.options['install'] !== false
  let written: Written
  try {
    if (installs) await installPackages(app.directory, invocation)
  } finally {
    // After the packages, so that a program that `modkit dev` runs has them once it finds the module; or in spite of them.
    written = writeModule(files, { app, place, names, features })
  }
  const { isListed, edited } = written
  const changed = [...edited, ...(added.length > 0 ? ['package.json'] : [])]
  const next = ['npx modkit check', 'npm test', ...(features.db ? ['npx modkit migrate --status'] : [])]
  return {
    text: [
      `Created the module "${names.kebab}":`,
      ...Object.keys(files).map((file) => `  ${file}`),
      ...(changed.length > 0 ? [`Changed ${changed.join(', ')}.`] : []),
      ...(isListed
        ? []
        : [`Add ${names.pascal}Module to the modules of your host: there is no list in src/modules.ts.`]),
      ...(added.length > 0 && !installs ? [`Run npm install: ${added.join(', ')} joined the dependencies.`] : []),
      '',
      `Next:\n${next.map((line) => `  ${line}`).join('\n')}`,
    ].join('\n'),
    json: {
      module: names.kebab,
      files: Object.keys(files),
      changed,
      listed: isListed,
      dependencies: added,
      installed: installs,
    },
  }
}

interface Written {
  readonly isListed: boolean
  /** What was there before, relative to the application. */
  readonly edited: readonly string[]
}

interface NewModule {
  readonly app: Application
  readonly place: ModuleFolder
  readonly names: ModuleNames
  readonly features: ModuleFeatures
}

/** Writes the module's files and, when all of them are there, lists it. */
function writeModule(files: Files, { app: { directory }, place, names, features }: NewModule): Written {
  writeNewFiles(directory, files)
  const isConfigured = features.db && configureDatabase(join(directory, 'config/app.yaml'), names)
  const list = join(place.modules, '../modules.ts')
  const isListed = listModule(join(directory, list), names, features)
  return { isListed, edited: [...(isListed ? [list] : []), ...(isConfigured ? ['config/app.yaml'] : [])] }
}

function placeOf({ directory, entry }: Application, { kebab }: ModuleNames): ModuleFolder {
  const modules = relative(directory, join(dirname(entry), 'modules'))
  const toRoot = relative(join(directory, modules, kebab), directory).replaceAll(sep, '/')
  return { modules, toRoot }
}

function featuresOf({ options }: Invocation): ModuleFeatures {
  const has = (name: string): boolean => options[name] === true
  return { db: has('db'), rest: has('rest'), grpc: has('grpc'), stateful: has('stateful') }
}

/** Whether the module, and the servers that it needs, are in the list now. */
function listModule(file: string, { kebab, pascal }: ModuleNames, { rest, grpc }: ModuleFeatures): boolean {
  if (!existsSync(file)) return false
  const added: readonly ListedModule[] = [
    ...(rest ? [{ className: 'ApiGateway', from: '@modkit/gateway' }] : []),
    ...(grpc ? [{ className: 'GrpcHub', from: '@modkit/grpc' }] : []),
    { className: `${pascal}Module`, from: `./modules/${kebab}/${kebab}.module.js` },
  ]
  const text = withModules(readFileSync(file, 'utf8'), added)
  if (text !== undefined) writeFileSync(file, text)
  return text !== undefined
}

/** Whether the configuration has been changed. */
function configureDatabase(file: string, { kebab }: ModuleNames): boolean {
  if (!existsSync(file)) return false
  const text = readFileSync(file, 'utf8')
  const more = withDatabase(text, kebab)
  if (more !== text) writeFileSync(file, more)
  return more !== text
}

/** The packages that the application lacks for a module like this; they stand in its `package.json` from now on. */
function addPackages({ directory }: Application, features: ModuleFeatures, invocation: Invocation): readonly string[] {
  const file = join(directory, 'package.json')
  const manifest = readManifest(file)
  const source = sourceOf(invocation)
  const dependencies = Object(manifest['dependencies'] ?? {}) as Readonly<Record<string, string>>
  const known = { ...dependencies, ...(Object(manifest['devDependencies'] ?? {}) as object) }
  const wanted = [
    ...(features.db ? ['@modkit/db'] : []),
    ...(features.rest ? ['@modkit/gateway', 'zod'] : []),
    ...(features.grpc ? ['@modkit/grpc'] : []),
  ]
  const added = wanted.filter((name) => !(name in known))
  if (added.length === 0) return added
  const versions = added.map((name) => [name, name === 'zod' ? libraries.zod : source(name)] as const)
  const all = Object.entries({ ...dependencies, ...Object.fromEntries(versions) })
  const sorted = Object.fromEntries(all.toSorted(([one], [other]) => (one < other ? -1 : 1)))
  writeFileSync(file, jsonText({ ...manifest, dependencies: sorted }))
  return added
}
