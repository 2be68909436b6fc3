import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { messageOf } from '@modkit/core/spi'
import { getTsconfig } from 'get-tsconfig'
import type { Finding } from './finding.js'

interface CompilerOptions {
  readonly strict?: boolean
  readonly target?: string
  readonly module?: string
  readonly moduleResolution?: string
  readonly experimentalDecorators?: boolean
  readonly emitDecoratorMetadata?: boolean
  readonly types?: readonly string[]
}

/** What the settings of compilers say of decorators and of packages; `docs/compilers.md` has the reasons. */
export function examineCompiler(directory: string): readonly Finding[] {
  try {
    const found = [...tsconfigFindings(directory), ...swcFindings(directory)]
    return found.some(({ status }) => status !== 'ok') ? found.filter(({ status }) => status !== 'ok') : found
  } catch (error) {
    // A file that cannot be read is the finding.
    const hint = 'Correct the file that the message names.'
    return [{ check: 'compiler', status: 'problem', message: messageOf(error), hint }]
  }
}

function tsconfigFindings(directory: string): readonly Finding[] {
  const found = getTsconfig(directory)
  if (!found) return [{ check: 'compiler', status: 'ok', message: 'There is no tsconfig.json.' }]
  // What get-tsconfig gives is the file, with what it extends; its values are texts that may be anything.
  const options = (found.config.compilerOptions ?? {}) as CompilerOptions
  const { path } = found
  const decorators = options.experimentalDecorators === true ? 'legacy' : 'standard'
  return [
    { check: 'compiler', status: 'ok', message: `${path}: ${decorators} decorators.` },
    ...[resolution(options), target(options), metadata(options), strictness(options), nodeTypes(options, directory)]
      .filter((finding) => finding !== undefined)
      .map(({ message, ...rest }): Finding => ({ ...rest, message: `${path}: ${message}` })),
  ]
}

function resolution({ module = '', moduleResolution }: CompilerOptions): Finding | undefined {
  const written = moduleResolution?.toLowerCase()
  const reads = written === undefined ? /^(node|preserve)/i.test(module) : /^(node16|nodenext|bundler)$/.test(written)
  if (reads) return undefined
  return {
    check: 'compiler',
    status: 'problem',
    message: `the module resolution "${moduleResolution ?? `of module ${module || 'default'}`}" does not read the exports of packages.`,
    hint: 'Write "module": "nodenext".',
  }
}

function target({ target: written = '', experimentalDecorators }: CompilerOptions): Finding | undefined {
  if (written.toLowerCase() !== 'esnext' || experimentalDecorators === true) return undefined
  return {
    check: 'compiler',
    status: 'problem',
    message: 'for the target esnext compilers leave standard decorators as they are, which no Node reads.',
    hint: 'Write "target": "es2022".',
  }
}

function metadata({ emitDecoratorMetadata }: CompilerOptions): Finding | undefined {
  if (emitDecoratorMetadata !== true) return undefined
  return {
    check: 'compiler',
    status: 'warning',
    message: 'emitDecoratorMetadata is on, and nothing of ModKit reads what it emits.',
    hint: 'Remove it, unless another library wants it.',
  }
}

function strictness({ strict }: CompilerOptions): Finding | undefined {
  if (strict === true) return undefined
  return {
    check: 'compiler',
    status: 'warning',
    message: 'without strict, the types of modules and routes do not hold what they promise.',
    hint: 'Write "strict": true.',
  }
}

function nodeTypes({ types }: CompilerOptions, directory: string): Finding | undefined {
  const major = typescriptMajor(directory)
  if (major === undefined || major < 6 || types?.includes('node') === true) return undefined
  return {
    check: 'compiler',
    status: 'problem',
    message: `TypeScript ${String(major)} reads no types but those that are named, and the declarations need those of Node.`,
    hint: 'Write "types": ["node"], and install @types/node.',
  }
}

function typescriptMajor(directory: string): number | undefined {
  try {
    const manifest = createRequire(join(directory, 'package.json')).resolve('typescript/package.json')
    return Number.parseInt(String((JSON.parse(readFileSync(manifest, 'utf8')) as { version: unknown }).version), 10)
  } catch {
    // Without TypeScript there is nothing to say of its types.
    return undefined
  }
}

interface SwcSettings {
  readonly jsc?: {
    readonly target?: string
    readonly parser?: { readonly syntax?: string; readonly decorators?: boolean }
  }
}

function swcFindings(directory: string): readonly Finding[] {
  const file = join(directory, '.swcrc')
  if (!existsSync(file)) return []
  const { jsc } = JSON.parse(readFileSync(file, 'utf8')) as SwcSettings
  if (jsc?.parser?.decorators === true) return [{ check: 'compiler', status: 'ok', message: `${file}: decorators.` }]
  const hint = 'Write "decorators": true into "jsc.parser".'
  return [{ check: 'compiler', status: 'problem', message: `${file}: swc is not told to read decorators.`, hint }]
}
