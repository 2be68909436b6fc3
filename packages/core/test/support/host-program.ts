import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll } from '@jest/globals'
import { build, type Plugin } from 'esbuild'
import { SpawnedProcess } from './spawned-process.js'

/** Below the root of the workspace, so that what is not bundled is found. */
const CACHE = fileURLToPath(new URL('../../../../node_modules/.cache/modkit-programs/', import.meta.url))

/** They look for files beside their own. */
const NOT_BUNDLED = ['better-sqlite3', 'knex', '@grpc/*']

/** Libraries that are CommonJS call it. */
const REQUIRE = `import { createRequire as requireFor } from 'node:module';const require = requireFor(import.meta.url);`

export interface RunOptions {
  /** What a shell runs, in the place of `exec "$@"`, where `"$@"` is the program: for redirections and limits. */
  readonly shell?: string
  /** Standard input, output and error. Default three pipes. */
  readonly stdio?: readonly ('pipe' | 'ignore')[]
}

/** Processes of one program that hosts modules. */
export interface HostProgram {
  /** Starts one more of them; it ends with its test file at the latest, with all that it has started in its process group. */
  run(args: readonly string[], options?: RunOptions): Promise<HostProcess>
}

/** A process that hosts modules, at the head of a process group of its own. */
export class HostProcess extends SpawnedProcess {
  get pid(): number {
    return this.process.pid ?? NaN
  }

  /** Writes to the standard input of the process. */
  tell(text: string): void {
    this.process.stdin?.write(`${text}\n`)
  }

  endGroup(): void {
    try {
      process.kill(-this.pid, 'SIGKILL')
    } catch {
      // All of them have ended, as they should have.
    }
  }
}

/**
 * A TypeScript file as a program that starts fast: it is bundled once, from the sources, because a loader that compiles
 * file by file takes ten times as long as all the rest of a process. Called at the top of a test file.
 */
export function hostProgram(source: URL): HostProgram {
  const processes: HostProcess[] = []
  let bundle: Promise<string> | undefined
  afterAll(async () => {
    for (const process of processes) process.endGroup()
    await Promise.all(processes.map(({ end }) => end))
    if (bundle) await rm(join(await bundle, '..'), { recursive: true, force: true })
  })
  return {
    run: async (args, options = {}) => {
      const started = start(await (bundle ??= bundled(source)), args, options)
      processes.push(started)
      return started
    },
  }
}

/** Packages look for their proto files beside their own, which are not where the bundle is. */
const keepPlaces: Plugin = {
  name: 'keep-places',
  setup({ onLoad }) {
    onLoad({ filter: /packages[/](?:grpc[/]src|core[/]test)[/].*[.]ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      const place = JSON.stringify(pathToFileURL(path).href)
      return { contents: text.replaceAll('import.meta.url', place), loader: 'ts' }
    })
  },
}

/** See {@link hostProgram}; whoever calls it removes the folder of the file. */
export async function bundled(source: URL): Promise<string> {
  await mkdir(CACHE, { recursive: true })
  const outdir = await mkdtemp(join(CACHE, 'program-'))
  const entry = fileURLToPath(source)
  await build({
    entryPoints: [entry],
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['modkit:source'],
    external: NOT_BUNDLED,
    outExtension: { '.js': '.mjs' },
    banner: { js: REQUIRE },
    plugins: [keepPlaces],
  })
  return join(outdir, basename(entry).replace(/[.]ts$/, '.mjs'))
}

function start(
  file: string,
  args: readonly string[],
  { shell, stdio = ['pipe', 'pipe', 'pipe'] }: RunOptions,
): HostProcess {
  const env = { ...process.env, NODE_OPTIONS: '' }
  const command = [process.execPath, file, ...args]
  const [binary = '', ...rest] = shell === undefined ? command : ['/bin/sh', '-c', shell, 'sh', ...command]
  return new HostProcess(spawn(binary, rest, { stdio: [...stdio], env, detached: true }))
}
