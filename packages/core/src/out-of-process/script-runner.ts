import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'

/** How a script is run: `node ARGS script`. */
export interface ScriptRunner {
  /** `node`, `tsx`, `swc`, `ts-node` or `node (type stripping)`. */
  readonly name: string
  readonly args: readonly string[]
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
 * How Node runs a script: as it is, or through what compiles TypeScript where the script is, or in `directory`. `undefined` for
 * TypeScript that nothing there reads.
 */
export function scriptRunner(script: string, directory: string = dirname(script)): ScriptRunner | undefined {
  if (!/^\.[cm]?tsx?$/.test(extname(script))) return { name: 'node', args: ['--enable-source-maps'] }
  const compiler = compilers.find(({ needs }) => isInstalled(needs, directory))
  if (compiler) return { name: compiler.name, args: compiler.args }
  return stripsTypes() ? { name: 'node (type stripping)', args: [] } : undefined
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
