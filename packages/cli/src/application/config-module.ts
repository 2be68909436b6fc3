import { readFileSync } from 'node:fs'
import { dirname, extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { HostError } from '@modkit/core'
import { messageOf } from '@modkit/core/spi'
import { runToEnd } from '../process/run-to-end.js'
import { runnerOf } from './runner.js'

/** The names that a file with the settings of an application may have; the first that is there counts. */
export const configNames = ['ts', 'mts', 'js', 'mjs', 'cjs', 'json'].map((extension) => `modkit.config.${extension}`)

/** Loading settings is no work: what takes longer waits for something. */
const LOAD_MS = 20_000

/**
 * What a file of settings exports. Every kind is loaded by a process of its own, as the application itself is: so it may be
 * in TypeScript, and nothing of it stays.
 *
 * @throws HostError `APP_SETTING_INVALID` or `APP_RUNNER_MISSING`
 */
export async function readConfigModule(file: string): Promise<unknown> {
  try {
    if (extname(file) === '.json') return JSON.parse(readFileSync(file, 'utf8'))
    const { args } = runnerOf({ directory: dirname(file), entry: file })
    const code = `import(${JSON.stringify(pathToFileURL(file).href)}).then((m) => {
      const config = m.default?.default ?? m.default
      process.stdout.write('\\u0000' + JSON.stringify(config ?? null))
    })`
    const { stdout } = await runToEnd(process.execPath, {
      args: [...args, '--input-type=module', '--eval', code],
      cwd: dirname(file),
      limitMs: LOAD_MS,
    })
    return JSON.parse(stdout.slice(stdout.lastIndexOf('\u0000') + 1))
  } catch (error) {
    if (HostError.is(error, 'APP_RUNNER_MISSING')) throw error
    const reason = `the file cannot be loaded: ${messageOf(error)}`
    throw new HostError('APP_SETTING_INVALID', { file, setting: 'default', reason, suggestions: [] }, { cause: error })
  }
}
