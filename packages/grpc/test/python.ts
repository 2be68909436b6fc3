import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The system's own: others on the path may be without the packages of the system. */
export const PYTHON = '/usr/bin/python3'

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

/** What `python3 -m grpc_tools.protoc` makes of proto files, for programs that import it. */
export async function generateStubs(protos: readonly string[]): Promise<PythonStubs> {
  const folder = await mkdtemp(join(tmpdir(), 'modkit-python-'))
  // The innermost first, so that a file in a folder within another is called by its own name.
  const folders = [...new Set(protos.map(dirname))].sort((a, b) => b.length - a.length)
  const includes = folders.map((path) => `-I${path}`)
  const out = [`--python_out=${folder}`, `--grpc_python_out=${folder}`]
  await promisify(execFile)(PYTHON, ['-m', 'grpc_tools.protoc', ...includes, ...out, ...protos])
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

export interface PythonStubs extends AsyncDisposable {
  readonly folder: string
}
