import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url))

/** What is compiled and run: files below `fixtures/`, which keep their places. */
export interface Program {
  readonly decorators: 'legacy' | 'standard' | 'none'
  readonly folders: readonly string[]
  /** Folders that are put into the place of another one, whose files they replace. */
  readonly places?: Readonly<Record<string, string>>
  readonly entry: string
}

const application = 'compilers/application'
const runners = 'compilers/runners'
const javascript = 'compilers/javascript'
const entry = `${application}/main.ts`

/** With standard decorators, as the language will have them. */
export const STANDARD: Program = { decorators: 'standard', folders: [application], entry }

/** The same with legacy decorators; and parameters decorated with `@Inject`, which only they know. */
export const LEGACY: Program = { decorators: 'legacy', folders: [application, 'legacy'], entry: 'legacy/main.ts' }

/** The same with `defineModule` in JavaScript, which takes the place of whatever bears a decorator. */
export const JAVASCRIPT: Program = {
  decorators: 'none',
  folders: [application, javascript],
  places: { [javascript]: application },
  entry,
}

interface SourceFile {
  /** The file itself, below `fixtures/`. */
  readonly file: string
  /** Where the program has it. */
  readonly place: string
}

/** The code of one file as JavaScript. */
export type Transpile = (code: string, file: string) => string | Promise<string>

/** Compiles each file by itself, for Node to run without help. Answers the entry. */
export async function transpileTo(folder: string, program: Program, transpile: Transpile): Promise<string> {
  for (const { file, place } of await filesOf(program)) {
    const code = await transpile(await readFile(join(fixtures, file), 'utf8'), file)
    await write(join(folder, asJavaScript(place)), code)
  }
  return asJavaScript(program.entry)
}

/** Leaves the files as they are, for a tool that reads them and their tsconfig.json. */
export async function copyTo(folder: string, program: Program, compilerOptions: object): Promise<void> {
  for (const { file, place } of await filesOf({ ...program, folders: [...program.folders, runners] })) {
    await write(join(folder, place), await readFile(join(fixtures, file), 'utf8'))
  }
  await write(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
}

export function asJavaScript(file: string): string {
  return file.replace(/\.ts$/, '.js')
}

async function filesOf(program: Program): Promise<readonly SourceFile[]> {
  const byPlace = new Map<string, SourceFile>()
  for (const folder of program.folders) {
    for (const name of await readdir(join(fixtures, folder))) {
      if (!/\.[jt]s$/.test(name)) continue
      const place = `${program.places?.[folder] ?? folder}/${name}`
      byPlace.set(asJavaScript(place), { file: `${folder}/${name}`, place })
    }
  }
  return [...byPlace.values()]
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}
