import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findApplication } from '../application/find-application.js'
import type { CommandDefinition, Invocation, Outcome } from '../command-line/command.js'
import { exitCodes } from '../command-line/exit-codes.js'
import { watchFiles } from '../dev/watch-files.js'
import { Restarts, type DevEvent } from '../dev/restarts.js'
import { appArgs } from './inspection.js'
import { parseDuration } from '@modkit/core/spi'
import type { Application } from '../application/find-application.js'

/** The application while it is being written. */
export const dev: CommandDefinition = {
  name: 'dev',
  summary: 'run the application and start it anew when a file changes, once the old process has let go of its ports',
  args: [appArgs],
  options: [
    {
      flags: '--stop-limit <duration>',
      description: 'how long it may take to stop before it is killed',
      default: '20s',
    },
  ],
  examples: ['modkit dev', 'modkit dev -- config/local.yaml', 'modkit dev --stop-limit 5s'],
  run: develop,
}

async function develop({ cwd, args, options, env, signal, clock, terminal, json }: Invocation): Promise<Outcome> {
  const app = await findApplication(cwd)
  const say = (event: DevEvent): void => {
    terminal.err(json ? JSON.stringify(event) : terminal.paintErr('dim', `modkit dev: ${textOf(event)}`))
  }
  const stopLimitMs = parseDuration(String(options['stopLimit']), '--stop-limit')
  const restarts = new Restarts(app, { args, env, clock, stopLimitMs, say })
  const files = await watchFiles(watchedPaths(app), { clock, onChange: (paths) => restarts.request(paths) })
  try {
    say({ event: 'watching', paths: files.paths })
    await restarts.run(signal)
    return { exitCode: exitCodes.ok }
  } finally {
    await files.close()
  }
}

/** What says how the application behaves, beside its sources; a package manager writes its lock once packages are there. */
const SURROUNDINGS = [
  ...['config', 'proto', '.env', 'package.json', 'tsconfig.json'],
  ...['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock'],
]

function watchedPaths({ directory, entry, file, settings }: Application): readonly string[] {
  const others = SURROUNDINGS.map((name) => join(directory, name))
  const watched = settings.watch?.map((path) => join(directory, path)) ?? [dirname(entry), ...others]
  return [...new Set([...watched, file])].filter((path) => existsSync(path))
}

function textOf(event: DevEvent): string {
  switch (event.event) {
    case 'watching':
      return `watching ${event.paths.join(', ')}`
    case 'started':
      return `started process ${String(event.pid)}`
    case 'changed':
      return `${event.paths.join(', ')} changed`
    case 'ended':
      return `the application ended with code ${String(event.exitCode)}; waiting for a change`
    case 'killed':
      return `it did not stop in time and was killed`
  }
}
