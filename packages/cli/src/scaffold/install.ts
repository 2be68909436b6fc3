import { HostError } from '@modkit/core'
import { messageOf } from '@modkit/core/spi'
import type { Surroundings } from '../command-line/command.js'
import { runToEnd } from '../process/run-to-end.js'

/** Packages are many, networks slow, and a library of C++ without a binary for this machine is compiled. */
const INSTALL_MS = 1_200_000
const SECOND_MS = 1_000
/** After this long whoever waits wants to know why. */
const PATIENCE_MS = 45_000
const STILL_INSTALLING =
  'Still installing: where a library of C++ (SQLite) has no binary for this machine, it is compiled, which takes minutes.'

/**
 * Installs the packages of an application, with a line that says how long it has taken.
 *
 * @throws HostError `SCAFFOLD_INSTALL_FAILED`
 */
export async function installPackages(
  directory: string,
  { env, terminal, clock, signal }: Surroundings,
): Promise<void> {
  const [program, ...args] = installCommand(env)
  const startedAt = clock.monotonic()
  const seconds = (): string => `${String(Math.round((clock.monotonic() - startedAt) / SECOND_MS))} s`
  const what = `Installing packages (${program} ${args[0] ?? ''})`
  if (!terminal.isWatched) terminal.err(`${what} …`)
  const ending = new AbortController()
  clock.after(
    PATIENCE_MS,
    () => {
      if (ending.signal.aborted) return
      terminal.progress('')
      terminal.err(STILL_INSTALLING)
    },
    { keepAlive: false },
  )
  const tick = (): void => {
    if (ending.signal.aborted) return
    terminal.progress(`${what} … ${seconds()}`)
    clock.after(SECOND_MS, tick, { keepAlive: false })
  }
  tick()
  try {
    await runToEnd(program, { args, cwd: directory, env, limitMs: INSTALL_MS, signal })
    terminal.progress('')
    terminal.err(`Installed packages in ${seconds()}.`)
  } catch (error) {
    terminal.progress('')
    const command = [program, ...args].join(' ')
    throw new HostError('SCAFFOLD_INSTALL_FAILED', { command, directory, reason: messageOf(error) }, { cause: error })
  } finally {
    ending.abort()
  }
}

/** The package manager that this command was called by; npm where none says so. */
function installCommand(env: Surroundings['env']): readonly [string, ...string[]] {
  const caller = env['npm_config_user_agent'] ?? ''
  if (caller.startsWith('pnpm')) return ['pnpm', 'install']
  if (caller.startsWith('yarn')) return ['yarn', 'install']
  return ['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error']
}
