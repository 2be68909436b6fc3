import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { HostError } from '@modkit/core'
import { messageOf } from '@modkit/core/spi'
import { type AppSettings, parseAppSettings } from './app-settings.js'
import { configNames, readConfigModule } from './config-module.js'
import { type Runner, runnerOf } from './runner.js'

/** An application of which the command knows where it is and how it is run. */
export interface Application {
  /** Where its `package.json` or `modkit.config.*` is; it runs there. */
  readonly directory: string
  /** What says so. */
  readonly file: string
  /** Absolute. */
  readonly entry: string
  readonly runner: Runner
  readonly settings: AppSettings
}

/**
 * The application of a directory: the first one upwards whose `package.json` has `"modkit"`, or that has a
 * `modkit.config.*`.
 *
 * @throws HostError `APP_NOT_FOUND`, `APP_SETTING_INVALID`, `APP_ENTRY_MISSING` or `APP_RUNNER_MISSING`
 */
export async function findApplication(directory: string): Promise<Application> {
  for (const place of upwards(resolve(directory))) {
    const found = await settingsAt(place)
    if (found) return application(place, found)
  }
  throw new HostError('APP_NOT_FOUND', { directory: resolve(directory) })
}

interface Found {
  readonly file: string
  readonly settings: AppSettings
}

async function settingsAt(directory: string): Promise<Found | undefined> {
  const config = configNames.map((name) => join(directory, name)).find((file) => existsSync(file))
  if (config !== undefined) return { file: config, settings: parseAppSettings(config, await readConfigModule(config)) }
  const manifest = join(directory, 'package.json')
  if (!existsSync(manifest)) return undefined
  const { modkit } = readManifest(manifest)
  return modkit === undefined ? undefined : { file: manifest, settings: parseAppSettings(manifest, modkit) }
}

function application(directory: string, { file, settings }: Found): Application {
  const entry = resolve(directory, settings.entry)
  if (!existsSync(entry)) throw new HostError('APP_ENTRY_MISSING', { file, entry: settings.entry })
  const { node } = settings
  return { directory, file, entry, settings, runner: runnerOf({ directory, entry, ...(node && { node }) }) }
}

/** @throws HostError `APP_SETTING_INVALID` for a file that is not JSON */
export function readManifest(file: string): Readonly<Record<string, unknown>> {
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return Object(manifest) as Readonly<Record<string, unknown>>
  } catch (error) {
    const details = { file, setting: 'modkit', reason: `the file is not JSON: ${messageOf(error)}`, suggestions: [] }
    throw new HostError('APP_SETTING_INVALID', details, { cause: error })
  }
}

/** A directory and all above it. */
export function* upwards(directory: string): Generator<string> {
  for (let place = directory; ; place = dirname(place)) {
    yield place
    if (dirname(place) === place) return
  }
}
