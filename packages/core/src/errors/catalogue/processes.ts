import { didYouMean } from '../nearest.js'
import { type CatalogueEntry, entry, list, type OfModule } from './entry.js'

function lastWords(lines: readonly string[]): string {
  return lines.length === 0 ? '' : ` It wrote last:${lines.map((line) => `\n  | ${line}`).join('')}`
}

/** Whether a line says more than where in the code something happened. */
function isNoFrame(line: string): boolean {
  return !/^\s+at /.test(line)
}

/** Modules in processes of their own, and the directory that finds them. */
export const processErrors = {
  BACKEND_KIND_MISMATCH: entry<{ expected: string; actual: string }>(
    (d) => `LocalProcessBackend can only spawn LocalProcess instances ("${d.expected}"), got "${d.actual}".`,
    () => 'Give the module to the backend of its kind.',
  ),
  BACKEND_UNKNOWN: entry<{ module: string; backend: string; known: readonly string[] }>(
    (d) => `Module "${d.module}" asks for the backend "${d.backend}", which this host does not have.`,
    (d) => `Configure one of ${list(d.known)}, or pass the backend to createHost({ backends }).`,
  ),
  EXECUTABLE_PATH_REQUIRED: entry<OfModule>(
    (d) => `executable_path must be set for the LocalProcess backend (module "${d.module}").`,
    (d) => `Write modules.${d.module}.runtime.execution.executable_path.`,
  ),
  SPAWN_FAILED: entry<{ module: string; binary: string; reason: string }>(
    (d) => `Failed to spawn process: ${d.binary} (module "${d.module}"): ${d.reason}.`,
    () => 'Check that the file exists and may be executed.',
  ),
  SPAWN_REFUSED: entry<OfModule>(
    (d) => `No instance of module "${d.module}" was spawned, because shutdown has begun.`,
    () => 'Spawn before the signal of the backend aborts.',
  ),
  OOP_NOT_READY: entry<{ module: string; reason: string; lastLines?: readonly string[] }>(
    (d) =>
      `Module "${d.module}" did not get ready in its process: ${d.reason}.${lastWords(d.lastLines?.filter(isNoFrame) ?? [])}`,
    (d) =>
      `Look at the lines of the log whose oop_module is "${d.module}". Raise startDeadline if it only takes longer.`,
  ),
  OOP_ENTRY_UNKNOWN: entry<{ modules: readonly string[]; entry?: string; isTest?: boolean }>(
    (d) => {
      if (d.entry !== undefined) {
        return `The script "${d.entry}", which the process of ${list(d.modules)} would run, does not exist.`
      }
      const why =
        d.isTest === true
          ? 'this process runs tests, and would run them again'
          : 'this process was not started with one'
      return `The script that the process of ${list(d.modules)} would run is unknown: ${why}.`
    },
    (d) =>
      d.isTest === true
        ? 'Pass the path of the script of the application to createTestHost({ entry }), or place the client with describePlacements.'
        : 'Pass its path to createHost({ entry }), or give the module an executable of its own in runtime.execution.',
  ),
  OOP_MODULE_UNKNOWN: entry<{ module: string; known: readonly string[]; suggestions: readonly string[] }>(
    (d) =>
      `This process is to run the module "${d.module}", as MODKIT_MODULE says, and its program has no such module.`,
    (d) =>
      didYouMean(d.suggestions) ||
      'Let the host start this process, with the modules that it has itself; or remove MODKIT_MODULE from its environment.',
  ),
  OOP_CONFIG_UNREADABLE: entry<{ module: string; reason: string }>(
    (d) => `The configuration of module "${d.module}", which MODKIT_MODULE_CONFIG names, cannot be read: ${d.reason}.`,
    () => 'Leave the descriptor that the host opened for this process to createHost(), which reads it once.',
  ),
  OOP_NOT_MOVABLE: entry<{ module: string; reasons: readonly string[] }>(
    (d) => `Module "${d.module}" cannot run in a process of its own: ${d.reasons.join('; ')}.`,
    () => 'Remove what stands in the way, or let the module run in the host.',
  ),
} as const satisfies Readonly<Record<string, CatalogueEntry<never>>>
