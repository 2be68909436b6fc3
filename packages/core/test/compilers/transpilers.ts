import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as swc from '@swc/core'
import * as esbuild from 'esbuild'
import { asJavaScript, copyTo, JAVASCRIPT, LEGACY, STANDARD, transpileTo, type Program } from './program.js'

/** A way from the sources of the application to a program that Node runs. */
export interface Transpiler {
  /** As the table of `docs/compilers.md` calls it. */
  readonly name: string
  readonly program: Program
  /** What `package.json` says of the program's files. */
  readonly type?: 'commonjs'
  /** Whether it needs a process of its own: what plain Node can run shares one. */
  readonly alone?: true
  /** Puts the program into a folder; answers what Node is started with there. */
  prepare(folder: string, program: Program): Promise<readonly string[]>
}

type Prepare = Transpiler['prepare']
type Options = Readonly<Record<string, unknown>>

const load = createRequire(import.meta.url)
const nativeTsc = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript-7/package.json')))
const vitest = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')))

const commonJs = { module: 'commonjs', verbatimModuleSyntax: false }
const metadata = { emitDecoratorMetadata: true }

/** How tools that read a tsconfig.json are told which decorators a program has. */
function tsconfig({ decorators }: Program, options: Options): Options {
  return { target: 'es2022', ...(decorators === 'legacy' && { experimentalDecorators: true }), ...options }
}

function tsc(version: 'typescript' | 'typescript-5.6', options: Options = {}): Prepare {
  return async (folder, program) => {
    const typescript = load(version) as typeof import('typescript')
    const asked = tsconfig(program, { module: 'es2022', verbatimModuleSyntax: true, ...options })
    const { options: compilerOptions } = typescript.convertCompilerOptionsFromJson(asked, folder)
    const transpile = (code: string, fileName: string): string =>
      typescript.transpileModule(code, { compilerOptions, fileName }).outputText
    return [await transpileTo(folder, program, transpile)]
  }
}

/** TypeScript 7 has no function that compiles one file. */
function nativeTypeScript(options: Options = {}): Prepare {
  return async (folder, program) => {
    await copyTo(folder, program, tsconfig(program, { module: 'nodenext', types: [], noCheck: true, ...options }))
    await promisify(execFile)(process.execPath, [nativeTsc, '-p', folder])
    return [asJavaScript(program.entry)]
  }
}

function swcWith(transform: swc.TransformConfig, type: 'es6' | 'commonjs' = 'es6'): Prepare {
  const parser = { syntax: 'typescript', decorators: true } as const
  const options = { jsc: { target: 'es2022', parser, transform }, module: { type }, swcrc: false } as const
  return async (folder, program) => {
    const transpile = async (code: string, filename: string): Promise<string> =>
      (await swc.transform(code, { ...options, filename })).code
    return [await transpileTo(folder, program, transpile)]
  }
}

function esbuildTo(format: 'esm' | 'cjs'): Prepare {
  return async (folder, program) => {
    const tsconfigRaw = { compilerOptions: tsconfig(program, {}) }
    const options = { loader: 'ts', target: 'es2022', format, tsconfigRaw } as const
    const transpile = async (code: string): Promise<string> => (await esbuild.transform(code, options)).code
    return [await transpileTo(folder, program, transpile)]
  }
}

/** What bears a declaration is run as it was written; what is left is cleared of its types. */
const javaScript: Prepare = async (folder, program) => {
  const erase = async (code: string): Promise<string> => (await esbuild.transform(code, { loader: 'ts' })).code
  const transpile = (code: string, file: string): string | Promise<string> =>
    file.endsWith('.js') ? code : erase(code)
  return [await transpileTo(folder, program, transpile)]
}

/** A tool that compiles files while they are loaded. */
function loading(command: (entry: string) => readonly string[]): Prepare {
  return async (folder, program) => {
    await copyTo(folder, program, tsconfig(program, { module: 'nodenext' }))
    return command(program.entry)
  }
}

const tsx = loading((entry) => ['--import', 'tsx', entry])
const nodeTest = loading(() => ['--import', 'tsx', '--test', 'compilers/runners/node.test.ts'])
/** Limits of its own would fail on a busy machine; the test that waits for it has one. */
const unlimited = '--testTimeout=0'
const vitestWith = (...args: readonly string[]): Prepare =>
  loading(() => [vitest, 'run', unlimited, ...args, 'compilers/runners/vitest.test.ts'])
const ownCompiler = ['--config', 'compilers/runners/vitest.config.js']

const defined = { ...metadata, useDefineForClassFields: true }
const assigned = { useDefineForClassFields: false }
const swcLegacy = { legacyDecorator: true, decoratorMetadata: true }
// The types of swc lack the newest version that it knows.
const swcNewest = { decoratorVersion: '2023-11' } as unknown as swc.TransformConfig
const type = 'commonjs'

export const transpilers: readonly Transpiler[] = [
  { name: 'TypeScript 5.6, legacy', program: LEGACY, prepare: tsc('typescript-5.6', metadata) },
  { name: 'TypeScript 5.6, standard', program: STANDARD, prepare: tsc('typescript-5.6') },
  { name: 'TypeScript 6.0, legacy', program: LEGACY, prepare: tsc('typescript', defined) },
  { name: 'TypeScript 6.0, legacy, fields assigned', program: LEGACY, prepare: tsc('typescript', assigned) },
  { name: 'TypeScript 6.0, legacy, CommonJS', program: LEGACY, type, prepare: tsc('typescript', commonJs) },
  { name: 'TypeScript 6.0, standard', program: STANDARD, prepare: tsc('typescript') },
  { name: 'TypeScript 7.0, legacy', program: LEGACY, prepare: nativeTypeScript(metadata) },
  { name: 'TypeScript 7.0, standard', program: STANDARD, prepare: nativeTypeScript() },
  { name: 'swc, legacy', program: LEGACY, prepare: swcWith(swcLegacy) },
  { name: 'swc, legacy, CommonJS', program: LEGACY, type, prepare: swcWith(swcLegacy, 'commonjs') },
  { name: 'swc, 2022-03', program: STANDARD, prepare: swcWith({ decoratorVersion: '2022-03' }) },
  { name: 'swc, 2023-11', program: STANDARD, prepare: swcWith(swcNewest) },
  { name: 'esbuild, legacy', program: LEGACY, prepare: esbuildTo('esm') },
  { name: 'esbuild, standard', program: STANDARD, prepare: esbuildTo('esm') },
  { name: 'esbuild, standard, CommonJS', program: STANDARD, type, prepare: esbuildTo('cjs') },
  { name: 'tsx, legacy', program: LEGACY, alone: true, prepare: tsx },
  { name: 'tsx, standard, under node --test', program: STANDARD, alone: true, prepare: nodeTest },
  { name: 'Vitest, legacy', program: LEGACY, alone: true, prepare: vitestWith() },
  { name: 'Vitest, standard', program: STANDARD, alone: true, prepare: vitestWith(...ownCompiler) },
  { name: 'JavaScript', program: JAVASCRIPT, alone: true, prepare: javaScript },
  { name: 'JavaScript, CommonJS', program: JAVASCRIPT, type, alone: true, prepare: tsc('typescript', commonJs) },
]
