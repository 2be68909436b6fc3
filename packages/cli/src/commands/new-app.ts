import { join } from 'node:path'
import {
  type CommandDefinition,
  type Invocation,
  type OptionDefinition,
  type Outcome,
  textOption,
} from '../command-line/command.js'
import { appFiles } from '../scaffold/app-files.js'
import { writeNewFiles } from '../scaffold/files.js'
import { installPackages } from '../scaffold/install.js'
import { assertKebab } from '../scaffold/names.js'
import { packageSource, type PackageSource } from '../scaffold/package-source.js'

/** For both kinds of beginning. */
export const scaffoldOptions: readonly OptionDefinition[] = [
  { flags: '--no-install', description: 'write the files only' },
  {
    flags: '--packages <directory>',
    description: 'take the packages of ModKit from a folder of tarballs or packages; also MODKIT_PACKAGES',
  },
]

/** From an empty folder to an application that runs. */
export const newApp: CommandDefinition = {
  name: 'new app',
  summary: 'begin an application in a folder of its own: it runs, and has a module, a configuration and a test',
  args: [['<name>', 'the name of the application and of its folder']],
  options: scaffoldOptions,
  examples: ['modkit new app shop', 'modkit new app shop --no-install', 'npm create modkit@latest shop'],
  run: createApp,
}

/** For another terminal, while it runs. */
const FIRST_REQUEST = 'curl http://127.0.0.1:8087/hello/v1/world'

async function createApp(invocation: Invocation): Promise<Outcome> {
  const [name = ''] = invocation.args
  assertKebab('application', name)
  const directory = join(invocation.cwd, name)
  const files = writeNewFiles(directory, appFiles(name, sourceOf(invocation)))
  const installs = invocation.options['install'] !== false
  if (installs) await installPackages(directory, invocation)
  const next = [`cd ${name}`, ...(installs ? [] : ['npm install']), 'npm run dev', FIRST_REQUEST, 'npm test']
  return {
    text: `Created ${name} with ${String(files.length)} files.\n\nNext:\n${next.map((line) => `  ${line}`).join('\n')}`,
    json: { directory, files, installed: installs },
  }
}

/** Where the packages come from, as this call says. */
export function sourceOf({ options, env, cwd }: Invocation): PackageSource {
  return packageSource(textOption(options, 'packages') ?? env['MODKIT_PACKAGES'], cwd)
}
