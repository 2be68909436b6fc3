import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** A folder in which packages of ours are installed as npm would do it: compiled, with nothing that leads to the sources. */
export class Installation {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async of(...packages: readonly string[]): Promise<Installation> {
    const installation = new Installation(await mkdtemp(join(tmpdir(), 'modkit-installed-')))
    for (const name of packages) await installation.#install(name)
    return installation
  }

  /** Makes a package of the workspace's own installation available. */
  async link(name: string): Promise<void> {
    const path = join(this.folder, 'node_modules', name)
    await mkdir(dirname(path), { recursive: true })
    // Two packages of ours may bring the same one.
    await rm(path, { force: true })
    await symlink(join(root, 'node_modules', name), path)
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }

  async #install(name: string): Promise<void> {
    const source = join(root, 'packages', name)
    const target = join(this.folder, 'node_modules/@modkit', name)
    const files = await readdir(join(source, 'src'), { recursive: true })
    const shipped = files.filter((file) => file.endsWith('.ts') && !/\.test(-d)?\.ts$/.test(file))
    await esbuild.build({
      entryPoints: shipped.map((file) => join(source, 'src', file)),
      outbase: join(source, 'src'),
      outdir: join(target, 'dist'),
      format: 'esm',
      target: 'es2022',
      tsconfigRaw: {},
    })
    await cp(join(source, 'package.json'), join(target, 'package.json'))
    const { dependencies, devDependencies } = JSON.parse(
      await readFile(join(source, 'package.json'), 'utf8'),
    ) as Manifest
    // What a bundle takes in stands under the development dependencies; here it lies beside the compiled files.
    for (const dependency of Object.keys({ ...dependencies, ...devDependencies })) {
      if (!dependency.startsWith('@modkit/')) await this.link(dependency)
    }
  }
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}
