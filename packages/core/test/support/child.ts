import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { SpawnedProcess } from './spawned-process.js'

export type { ChildEnd } from './spawned-process.js'

/** A TypeScript file run as a process of its own, from the sources. */
export class Child extends SpawnedProcess {
  constructor(script: URL, args: readonly string[] = [], cwd?: URL) {
    const command = ['--conditions=modkit:source', '--import', 'tsx', fileURLToPath(script), ...args]
    const env = { ...process.env, NODE_OPTIONS: '' }
    super(spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'pipe'], env, ...(cwd && { cwd }) }))
  }
}
