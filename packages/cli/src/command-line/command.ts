import type { Clock } from '@modkit/core'
import type { Terminal } from './terminal.js'

/** What a command knows of the process around it. */
export interface Surroundings {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly terminal: Terminal
  readonly clock: Clock
  /** Aborts when the command is to end early. */
  readonly signal: AbortSignal
}

/** One call of a command. */
export interface Invocation extends Surroundings {
  readonly args: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
  /** Whether the result is to be JSON, for programs. */
  readonly json: boolean
}

/** What a command did. */
export interface Outcome {
  /** Default 0. */
  readonly exitCode?: number
  /** For people. */
  readonly text?: string
  /** The same for programs. `undefined` where everything was said while it went on. */
  readonly json?: unknown
}

/** An option as commander reads it: `--format <name>`, what it does, and what it may be. */
export interface OptionDefinition {
  readonly flags: string
  readonly description: string
  readonly choices?: readonly string[]
  readonly default?: string
}

export interface CommandDefinition {
  /** Its words: `graph`, or `new app`. */
  readonly name: string
  /** `<name>`, `[path]`, `[args...]`. */
  readonly args?: readonly (readonly [name: string, description: string])[]
  readonly summary: string
  readonly options?: readonly OptionDefinition[]
  readonly examples: readonly string[]
  run(invocation: Invocation): Promise<Outcome>
}

/** The value of an option that takes a text; `undefined` where it was not given. */
export function textOption(options: Invocation['options'], name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}
