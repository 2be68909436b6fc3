import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute, join, resolve } from 'node:path'
import type { HostOptions } from '../options/host-options.js'

/** What runs tests: a child that ran it once more would run them all. */
const TEST_RUNNER = /[\\/]node_modules[\\/](?:jest|jest-cli|jest-worker|vitest|tinypool|mocha)[\\/]/

/** Whether the script of this process is that of a test runner. */
export function isTestRun(script: string | undefined = process.argv[1]): boolean {
  return script !== undefined && TEST_RUNNER.test(realPathOf(script))
}

function realPathOf(script: string): string {
  try {
    return realpathSync(script)
  } catch {
    // It is no file, but what code was called with that came another way.
    return script
  }
}

/** The script that a child of this same program runs: the option `entry`, else what this process runs; absolute. */
export function ownEntry({ entry }: HostOptions): string | undefined {
  const script = entry ?? process.argv[1]
  // Node makes the path of a script absolute; anything else is an argument of code that came another way.
  if (script === undefined || (entry === undefined && !isAbsolute(script))) return undefined
  try {
    // Node was perhaps given a folder, or a name without its extension.
    return createRequire(join(process.cwd(), 'entry')).resolve(resolve(script))
  } catch {
    // Whoever needs it says so, and how to name another one.
    return undefined
  }
}

/** How a child of this same program is started. */
export interface OwnProgram {
  readonly binary: string
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/** This program once more: the same Node, with the same loaders and conditions, the same script and what it was called with. */
export function ownProgram(options: HostOptions, entry: string): OwnProgram {
  const { NODE_OPTIONS: nodeOptions } = process.env
  return {
    binary: process.execPath,
    // A script of its own is called as whoever wrote it expects, with nothing.
    args: [...childExecArgv(process.execArgv), entry, ...(options.entry === undefined ? process.argv.slice(2) : [])],
    environment: nodeOptions === undefined ? {} : { NODE_OPTIONS: childExecArgv(nodeOptions.split(' ')).join(' ') },
  }
}

/**
 * Meant for this process alone: its inspector's port is taken, a watcher would start another watcher, a test is no program. A file
 * of the environment has been read, and a child that read it again would have what is withheld from it.
 */
const OF_THIS_PROCESS = /^--(?:inspect|watch|test|input-type|env-file|env-file-if-exists)(?:$|[-=])/
/** The same, with a value that may stand in an argument of its own. */
const WITH_A_VALUE =
  /^(?:-e|-p|-pe|--eval|--print|--input-type|--env-file(?:-if-exists)?|--inspect-port|--inspect-publish-uid|--watch-path|--watch-kill-signal|--test-[a-z-]+)$/
/** Switches among the latter. */
const WITHOUT_A_VALUE = /^--test-(?:only|force-exit|update-snapshots|skip-branches|rerun-failures)$/

/** What Node was called with, without what is meant for this process alone. */
export function childExecArgv(execArgv: readonly string[]): readonly string[] {
  const kept: string[] = []
  let isValue = false
  for (const argument of execArgv) {
    const wasValue = isValue && !argument.startsWith('-')
    isValue = WITH_A_VALUE.test(argument) && !WITHOUT_A_VALUE.test(argument)
    if (wasValue || isValue || OF_THIS_PROCESS.test(argument) || /^--(?:eval|print)=/.test(argument)) continue
    kept.push(argument)
  }
  return kept
}
