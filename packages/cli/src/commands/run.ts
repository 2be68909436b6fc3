import { findApplication } from '../application/find-application.js'
import { commandOf } from '../application/runner.js'
import type { CommandDefinition, Invocation, Outcome } from '../command-line/command.js'
import { entryArgs, startEntry } from '../process/entry-process.js'
import { appArgs } from './inspection.js'

/** The application as it is. */
export const run: CommandDefinition = {
  name: 'run',
  summary: 'run the application; its exit code is passed on',
  args: [appArgs],
  options: [{ flags: '--print', description: 'only print the command that would run it' }],
  examples: ['modkit run', 'modkit run -- config/production.yaml', 'modkit run --print'],
  run: runApplication,
}

async function runApplication({ cwd, args, options, env, signal, terminal, json }: Invocation): Promise<Outcome> {
  const app = await findApplication(cwd)
  const words = entryArgs(app, args)
  const description = { directory: app.directory, runner: app.runner.name, command: ['node', ...words] }
  if (options['print'] === true) return { text: commandOf(words), json: description }
  const process = startEntry(app, { args, env, signal })
  if (json) terminal.err(JSON.stringify({ event: 'started', pid: process.pid, ...description }))
  const exitCode = await process.ended
  if (json) terminal.err(JSON.stringify({ event: 'ended', exitCode }))
  return { exitCode }
}
