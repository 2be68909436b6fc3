import { didYouMean } from '../nearest.js'
import { type CatalogueEntry, entry, list } from './entry.js'

/** What the command `modkit` refuses. */
export const commandLineErrors = {
  APP_NOT_FOUND: entry<{ directory: string }>(
    (d) => `There is no application in "${d.directory}" or above.`,
    () =>
      'Write "modkit": { "entry": "src/main.ts" } into the package.json of the application, or begin one with ' +
      '"modkit new app".',
  ),
  APP_SETTING_INVALID: entry<{ file: string; setting: string; reason: string; suggestions: readonly string[] }>(
    (d) => `The setting "${d.setting}" of "${d.file}" is not legal: ${d.reason}.`,
    (d) => didYouMean(d.suggestions) || 'Write for example { "entry": "src/main.ts" }.',
  ),
  APP_ENTRY_MISSING: entry<{ file: string; entry: string }>(
    (d) => `The entry "${d.entry}" does not exist, which "${d.file}" names.`,
    () => 'Correct the path, or build the application first where the entry is made by a compiler.',
  ),
  APP_RUNNER_MISSING: entry<{ entry: string; node: string }>(
    (d) => `Nothing here runs "${d.entry}": Node ${d.node} does not read TypeScript, and no tsx is installed.`,
    () => 'Run "npm install --save-dev tsx", or say how it is run: "modkit": { "entry": …, "node": ["--import", …] }.',
  ),
  APP_ENTRY_FAILED: entry<{ entry: string; reason: string; runner: string }>(
    (d) => `The application "${d.entry}" could not be loaded (by ${d.runner}): ${d.reason}.`,
    () => 'Correct what the message names; "modkit run" shows all that Node says of it.',
  ),
  APP_HOST_MISSING: entry<{ entry: string }>(
    (d) => `The application "${d.entry}" ended without starting a host.`,
    () => 'Let the entry call createHost({ … }).run(), or name another file as the entry.',
  ),
  APP_SILENT: entry<{ entry: string; afterMs: number }>(
    (d) => `The application "${d.entry}" did not come to its host within ${String(d.afterMs)} ms.`,
    () => 'Look for what the entry or an imported file waits for, or allow more time with --timeout.',
  ),
  CONFIG_PATH_UNKNOWN: entry<{ path: string; key: string; known: readonly string[] }>(
    (d) => `The configuration has nothing at "${d.path}": there is no "${d.key}".`,
    (d) => `Choose from ${list(d.known)}.`,
  ),
  ERROR_CODE_UNKNOWN: entry<{ code: string; suggestions: readonly string[] }>(
    (d) => `"${d.code}" is not a code of the catalogue.`,
    (d) => didYouMean(d.suggestions) || 'List all codes with "modkit explain".',
  ),
  COMMAND_LINE_INVALID: entry<{ reason: string }>(
    (d) => `The command line is wrong: ${d.reason}.`,
    () => 'See what there is with "modkit --help", or with --help after the command.',
  ),
  SCAFFOLD_NAME_INVALID: entry<{ what: 'application' | 'module'; name: string; reason: string }>(
    (d) => `"${d.name}" is not the name of a new ${d.what}: ${d.reason}.`,
    () => 'Write a kebab-case name such as "user-notes".',
  ),
  SCAFFOLD_FILE_EXISTS: entry<{ paths: readonly string[] }>(
    (d) => `Nothing was written, because this is there already: ${list(d.paths)}.`,
    () => 'Choose another name, or remove what is there.',
  ),
  SCAFFOLD_PACKAGES_MISSING: entry<{ directory: string; package: string }>(
    (d) => `The folder "${d.directory}" has neither a tarball nor a folder of the package "${d.package}".`,
    () => 'Name the folder that "npm pack --pack-destination" wrote to, or leave --packages and MODKIT_PACKAGES out.',
  ),
  SCAFFOLD_INSTALL_FAILED: entry<{ command: string; directory: string; reason: string }>(
    (d) => `The files were written, but the packages could not be installed (${d.command}): ${d.reason}`,
    (d) => `Mend what the message names, and run "${d.command}" in "${d.directory}".`,
  ),
} as const satisfies Readonly<Record<string, CatalogueEntry<never>>>
