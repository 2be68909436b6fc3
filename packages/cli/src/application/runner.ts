import { createRequire } from 'node:module'
import { extname, join } from 'node:path'
import { HostError } from '@modkit/core'

/** How an entry is run: `node ARGS entry`. */
export interface Runner {
  /** `node`, `tsx`, `swc`, `ts-node`, `node (type stripping)` or `configured`. */
  readonly name: string
  readonly args: readonly string[]
}

export interface RunnerQuestion {
  readonly directory: string
  readonly entry: string
  /** What the settings say. */
  readonly node?: readonly string[]
}

/** What compiles TypeScript as it is loaded, in the order of preference. */
const compilers: readonly { readonly name: string; readonly needs: string; readonly args: readonly string[] }[] = [
  { name: 'tsx', needs: 'tsx', args: ['--import', 'tsx'] },
  {
    name: 'swc',
    needs: '@swc-node/register/esm-register',
    args: ['--import', '@swc-node/register/esm-register'],
  },
  { name: 'ts-node', needs: 'ts-node/esm', args: ['--no-warnings=ExperimentalWarning', '--loader', 'ts-node/esm'] },
]

/**
 * How Node runs an entry: as it is, or through what the application has to compile TypeScript.
 *
 * @throws HostError `APP_RUNNER_MISSING`
 */
export function runnerOf({ directory, entry, node }: RunnerQuestion): Runner {
  if (node) return { name: 'configured', args: node }
  if (!/^\.[cm]?tsx?$/.test(extname(entry))) return { name: 'node', args: ['--enable-source-maps'] }
  const compiler = compilers.find(({ needs }) => isInstalled(needs, directory))
  if (compiler) return { name: compiler.name, args: compiler.args }
  if (stripsTypes()) return { name: 'node (type stripping)', args: [] }
  throw new HostError('APP_RUNNER_MISSING', { entry, node: process.version })
}

function isInstalled(name: string, directory: string): boolean {
  try {
    createRequire(join(directory, 'package.json')).resolve(name)
    return true
  } catch {
    // Whatever keeps it from being found keeps it from being used.
    return false
  }
}

/** From 22.18 on Node leaves types out by itself. Decorators are no types: those it cannot read. */
function stripsTypes(): boolean {
  const { typescript } = process.features as { readonly typescript?: unknown }
  return typescript === 'strip' || typescript === 'transform'
}

/** The command as a person would type it. */
export function commandOf(args: readonly string[]): string {
  return ['node', ...args].map((arg) => (/^[\w./:=@%+,-]+$/.test(arg) ? arg : `'${arg}'`)).join(' ')
}
