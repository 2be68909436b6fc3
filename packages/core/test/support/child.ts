import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { SpawnedProcess } from './spawned-process.js'

export type { ChildEnd } from './spawned-process.js'

export interface ChildOptions {
  readonly cwd?: URL
  /** What is run. Default this very Node. */
  readonly node?: string
  readonly nodeOptions?: readonly string[]
}

/** A TypeScript file run as a process of its own, from the sources. */
export class Child extends SpawnedProcess {
  constructor(script: URL, args: readonly string[] = [], options: ChildOptions = {}) {
    const { cwd, node = process.execPath, nodeOptions = [] } = options
    const command = [...nodeOptions, '--conditions=modkit:source', '--import', 'tsx', fileURLToPath(script), ...args]
    const env = { ...process.env, NODE_OPTIONS: '' }
    super(spawn(node, command, { stdio: ['pipe', 'pipe', 'pipe'], env, ...(cwd && { cwd }) }))
  }
}
