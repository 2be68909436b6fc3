import { join, resolve } from 'node:path'
import type { ConfigSurroundings } from './config-surroundings.js'

/**
 * A path of the configuration made absolute: `~` stands for the user's home, anything relative starts at the current
 * directory. `undefined` where `~` is written and no home is known.
 */
export function absolutePath(path: string, surroundings: ConfigSurroundings): string | undefined {
  const home = userHomeOf(surroundings)
  if (path === '~' || /^~[/\\]/.test(path)) return home === undefined ? undefined : join(home, path.slice(1))
  return resolve(surroundings.cwd, path)
}

/** `~/.modkit`, or `.modkit` in the current directory for a user without a home, as containers have them. */
export function defaultHomeDir(surroundings: ConfigSurroundings): string {
  return join(userHomeOf(surroundings) ?? surroundings.cwd, '.modkit')
}

function userHomeOf({ userHome, env }: ConfigSurroundings): string | undefined {
  // An empty variable is as good as none.
  return [userHome, env['HOME'], env['USERPROFILE']].find((home) => home !== undefined && home !== '')
}
