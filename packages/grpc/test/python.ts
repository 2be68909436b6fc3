import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The system's own: others on the path may be without the packages of the system. */
const PYTHON = '/usr/bin/python3'

/** Whether this machine has gRPC for Python; scripts/python.mjs brings it. */
export function hasPythonGrpc(): boolean {
  return spawnSync(PYTHON, ['-c', 'import grpc, grpc_tools'], { stdio: 'ignore' }).status === 0
}

/** Runs a program of `fixtures/python`, and gives what it prints. */
export function runPython(program: string, args: readonly string[]): Promise<string> {
  const file = fileURLToPath(new URL(`./fixtures/python/${program}`, import.meta.url))
  return new Promise((resolve, reject) => {
    execFile(PYTHON, [file, ...args], (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} failed.\n${stderr}`, { cause: error }))
      else resolve(stdout)
    })
  })
}
