import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor'

/**
 * The reports: what each door lets through, signature by signature, the types behind it that have no name outside included. Texts
 * by their paths from the root.
 *
 * @throws Error when a package has not been built, or its declarations do not compile
 */
export function reportFiles(doors, { root, folder }) {
  mkdirSync(folder, { recursive: true })
  const configs = doors.map((door) => configOf(door, { root, folder }))
  const [first, ...others] = configs
  // One program for all of them: the packages know each other's declarations.
  const compilerState = CompilerState.create(first, {
    additionalEntryPoints: others.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath),
  })
  return new Map(
    doors.map((door, index) => {
      const { errorCount } = Extractor.invoke(configs[index], { compilerState, localBuild: true, messageCallback })
      if (errorCount > 0)
        throw new Error(`The declarations of ${door.name} cannot be read: run \`npm run build\` first.`)
      const report = readFileSync(join(folder, fileOf(door)), 'utf8')
      return [`${door.folder}/api/${fileOf(door)}`, reportText(door, report)]
    }),
  )
}

const fileOf = ({ page }) => `${page}.api.md`

/** A report under the name of its door. Whether something is documented is not its matter. */
export function reportText({ name }, report) {
  return report
    .replace(/^## .*\n\n> .*\n/, `# What \`${name}\` exports\n\nWritten by \`npm run docs:api\` with API Extractor.\n`)
    .replaceAll(/^ *\/\/ \(undocumented\)\n/gm, '')
    .replaceAll('// @public (undocumented)', '// @public')
    .replace(/\n\/\/ \(No @packageDocumentation [^\n]*\n/, '')
    .replace('```ts\n\n', '```ts\n')
    .replace(/\n+```\n+$/, '\n```\n')
}

/** Only what keeps a report from being made is told. */
function messageCallback(message) {
  message.handled = message.logLevel !== 'error'
}

function configOf({ folder: project, page, declarations }, { root, folder }) {
  const projectFolder = join(root, project)
  const mainEntryPointFilePath = join(root, declarations)
  if (!existsSync(mainEntryPointFilePath)) throw new Error(`${declarations} is missing: run \`npm run build\` first.`)
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder,
      mainEntryPointFilePath,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions, files: [mainEntryPointFilePath] } },
      apiReport: {
        enabled: true,
        reportFileName: `${page}.api.md`,
        reportFolder: folder,
        reportTempFolder: join(folder, 'temp'),
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: { extractorMessageReporting: { default: { logLevel: 'none' } } },
    },
    configObjectFullPath: join(projectFolder, 'api-extractor.json'),
    packageJsonFullPath: join(projectFolder, 'package.json'),
  })
}

/** What the declarations are read with: as a user would, under strict settings. */
const compilerOptions = {
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable', 'esnext.decorators'],
  types: ['node'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  skipLibCheck: true,
}
