// Checks projects with a TypeScript that has an API, and looks at our own files alone: the checks of third-party
// declarations take most of the time, and say nothing about ours. Called with the package of the compiler, the folder of
// the consumers, and the tsconfig.json files; prints what it finds as JSON.
import { createRequire } from 'node:module'

const [compiler, consumers, ...projects] = process.argv.slice(2)
const typescript = createRequire(import.meta.url)(compiler)

/**
 * What our users' compilers may do for us: five times what they do. A type that they are slow at does a million
 * of them, and is noticed here before it is felt in an editor.
 */
const MAX_INSTANTIATIONS = 200_000

/** Parsing takes as long as checking; the projects differ in nothing that parsing knows. */
const parsed = new Map()

function compilerHost(options) {
  const host = typescript.createCompilerHost(options)
  const parse = host.getSourceFile
  const getSourceFile = (name, ...how) => {
    if (!parsed.has(name)) parsed.set(name, parse(name, ...how))
    return parsed.get(name)
  }
  return { ...host, getSourceFile }
}

function isOurs({ fileName }) {
  return fileName.startsWith(consumers) || !fileName.includes('/node_modules/')
}

function diagnose(project) {
  const found = []
  const system = { ...typescript.sys, onUnRecoverableConfigFileDiagnostic: (diagnostic) => found.push(diagnostic) }
  const { fileNames: rootNames, options, errors } = typescript.getParsedCommandLineOfConfigFile(project, {}, system)
  const program = typescript.createProgram({ rootNames, options, host: compilerHost(options) })
  found.push(...errors, ...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics())
  for (const file of program.getSourceFiles().filter(isOurs)) {
    if (file.isDeclarationFile && options.skipLibCheck) continue
    found.push(...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file))
    if (!file.isDeclarationFile) found.push(...program.getDeclarationDiagnostics(file))
  }
  const texts = found.map(textOf)
  const count = program.getInstantiationCount()
  if (count > MAX_INSTANTIATIONS) texts.push({ file: '', text: `our types cost ${count} instantiations` })
  return texts
}

function textOf({ file, start, code, messageText }) {
  const message = typescript.flattenDiagnosticMessageText(messageText, '\n')
  if (!file) return { file: '', text: `TS${code}: ${message}` }
  const { line, character } = file.getLineAndCharacterOfPosition(start ?? 0)
  return { file: file.fileName, text: `(${line + 1},${character + 1}): TS${code}: ${message}` }
}

process.stdout.write(JSON.stringify(projects.map(diagnose)))
