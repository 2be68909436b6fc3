import { HostError } from '@modkit/core'
import { nearest } from '@modkit/core/spi'

/** What stands under `"modkit"` of `package.json`, or is the default export of `modkit.config.*`. */
export interface AppSettings {
  /** The script that makes the host and starts it, relative to the file. */
  readonly entry: string
  /** Arguments for Node, in place of those that the entry's extension asks for: `["--import", "tsx"]`. */
  readonly node?: readonly string[]
  /** What `modkit dev` watches, relative to the file. Default: the folder of the entry, and `config`. */
  readonly watch?: readonly string[]
}

const SETTINGS = ['entry', 'node', 'watch'] as const

/**
 * Checks what a file says of its application.
 *
 * @throws HostError `APP_SETTING_INVALID`
 */
export function parseAppSettings(file: string, given: unknown): AppSettings {
  if (!isRecord(given)) throw invalid(file, 'modkit', 'it must be an object such as { "entry": "src/main.ts" }')
  for (const name of Object.keys(given)) {
    if (!SETTINGS.some((known) => known === name)) {
      const reason = 'there is no such setting'
      throw new HostError('APP_SETTING_INVALID', { file, setting: name, reason, suggestions: nearest(name, SETTINGS) })
    }
  }
  const { entry } = given
  if (typeof entry !== 'string' || entry === '') throw invalid(file, 'entry', 'it must be the path of a script')
  const node = texts(file, 'node', given['node'])
  const watch = texts(file, 'watch', given['watch'])
  return { entry, ...(node && { node }), ...(watch && { watch }) }
}

function texts(file: string, setting: string, value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw invalid(file, setting, 'it must be an array of texts')
}

function invalid(file: string, setting: string, reason: string): HostError {
  return new HostError('APP_SETTING_INVALID', { file, setting, reason, suggestions: [] })
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
