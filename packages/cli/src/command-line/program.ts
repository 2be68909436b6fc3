import { resolve } from 'node:path'
import { Command, CommanderError, Option } from 'commander'
import { HostError } from '@modkit/core'
import { messageOf } from '@modkit/core/spi'
import { commands } from '../commands/commands.js'
import { isUsageError } from '../commands/inspection.js'
import { type CommandDefinition, type Outcome, type Surroundings, textOption } from './command.js'
import { exitCodes } from './exit-codes.js'
import { releaseVersion } from '../scaffold/package-source.js'
import { failureOutcome } from './failure.js'

/**
 * Carries out one command line, `args` without the program's own name. Resolves with the exit code; what is wrong is
 * printed, never thrown.
 */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<number> {
  let exitCode: number = exitCodes.ok
  const program = createProgram(surroundings, (code) => (exitCode = code))
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help that was asked for is no mistake; everything else of commander's is one of the command line.
    if (error.exitCode === 0) return exitCodes.ok
    // People have been told on stderr already.
    if (asksForJson(args))
      surroundings.terminal.out(JSON.stringify(usageFailure(error, surroundings).json, undefined, 2))
    return exitCodes.usage
  }
}

/** Whether a command line that could not be read asks for JSON: not behind `--`, where the application's own arguments are. */
function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return (end === -1 ? args : args.slice(0, end)).includes('--json')
}

function usageFailure({ message }: CommanderError, surroundings: Surroundings): Outcome {
  // "error: unknown option '--formt'\n(Did you mean --format?)"
  const reason = message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '')
  return failureOutcome(new HostError('COMMAND_LINE_INVALID', { reason }), surroundings)
}

function createProgram(surroundings: Surroundings, onEnd: (code: number) => void): Command {
  const { terminal } = surroundings
  const program = new Command('modkit')
    .description('The command line of ModKit applications.')
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
    .showHelpAfterError('See modkit --help.')
    .version(releaseVersion, '-V, --version', 'print the release')
    .exitOverride()
  addCommonOptions(program)
  program.addHelpText('after', HELP)
  for (const definition of commands) addCommand(program, definition, { surroundings, onEnd })
  return program
}

const HELP = `
The application is the nearest one upwards whose package.json says "modkit": { "entry": "src/main.ts" }, or that has a
modkit.config.*. Commands but run, dev and migrate load it without starting it.

Exit codes: 0 done and nothing wrong; 1 something is wrong with the application; 2 the command line is wrong.
run and dev pass on the application's own.`

function addCommonOptions(command: Command): void {
  command.option('-C, --cwd <directory>', 'where the application is looked for', '.')
  command.option('--json', 'print the result as JSON')
}

interface CommandPlace {
  readonly surroundings: Surroundings
  readonly onEnd: (code: number) => void
}

function addCommand(program: Command, definition: CommandDefinition, place: CommandPlace): void {
  const words = definition.name.split(' ')
  const parent = words.length === 1 ? program : groupOf(program, words[0] ?? '')
  const command = parent.command(words.at(-1) ?? '').description(definition.summary)
  command.copyInheritedSettings(parent).exitOverride()
  for (const [name, description] of definition.args ?? []) command.argument(name, description)
  for (const { flags, description, choices, default: preset } of definition.options ?? []) {
    const option = new Option(flags, description)
    if (choices) option.choices(choices)
    if (preset !== undefined) option.default(preset)
    command.addOption(option)
  }
  addCommonOptions(command)
  const examples = definition.examples.map((example) => `  ${example}`).join('\n')
  command.addHelpText('after', `\nExamples:\n${examples}`)
  command.action(async () => {
    place.onEnd(await carryOut(definition, command, place.surroundings))
  })
}

/** `new` of `new app` and `new module`. */
function groupOf(program: Command, name: string): Command {
  const known = program.commands.find((command) => command.name() === name)
  if (known) return known
  const group = program.command(name).description('begin an application (new app) or a module (new module)')
  return group.copyInheritedSettings(program).exitOverride()
}

async function carryOut(definition: CommandDefinition, command: Command, surroundings: Surroundings): Promise<number> {
  const { terminal } = surroundings
  const options: Readonly<Record<string, unknown>> = command.optsWithGlobals()
  const json = options['json'] === true
  const cwd = resolve(surroundings.cwd, textOption(options, 'cwd') ?? '.')
  try {
    const outcome = await definition.run({ ...surroundings, cwd, args: command.args, options, json })
    print(outcome, { ...surroundings, json })
    return outcome.exitCode ?? exitCodes.ok
  } catch (error) {
    terminal.progress('')
    const failure = failureOutcome(error, { cwd, terminal })
    if (json) terminal.out(JSON.stringify(failure.json, undefined, 2))
    else terminal.err(failure.text ?? messageOf(error))
    return isUsageError(error) ? exitCodes.usage : exitCodes.problems
  }
}

function print({ text, json }: Outcome, { terminal, json: asJson }: Surroundings & { readonly json: boolean }): void {
  if (asJson && json !== undefined) terminal.out(JSON.stringify(json, undefined, 2))
  if (!asJson && text !== undefined) terminal.out(text)
}
