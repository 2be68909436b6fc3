import type { HostError } from '../host-error.js'
import { didYouMean } from '../nearest.js'
import { type CatalogueEntry, entry, list, path, type OfModule } from './entry.js'

/** Modules that do not fit together, and options that a host cannot begin with. */
export const registryErrors = {
  REGISTRY_INVALID: entry<{ problems: readonly HostError[] }>(
    (d) =>
      `The modules do not fit together: ${String(d.problems.length)} problem${d.problems.length === 1 ? '' : 's'}.\n` +
      d.problems.map((problem) => `  - ${problem.message} ${problem.hint ?? ''}`).join('\n'),
    () => 'Correct all of them; they were found in one pass.',
  ),
  NOT_SCANNED: entry<undefined>(
    () => 'The registry is not known yet, because the host finds its modules by scanning files when it starts.',
    () => 'Read it after start(), or give the modules as a list.',
  ),
  SCAN_FAILED: entry<{ file: string; reason: string }>(
    (d) => `The module file "${d.file}" could not be imported: ${d.reason}.`,
    () => 'Correct the file, or narrow the scan pattern so that it is not matched.',
  ),
  SCAN_EMPTY: entry<{ patterns: readonly string[]; directory: string }>(
    (d) => `The patterns ${list(d.patterns)} match no file with a module under "${d.directory}".`,
    () => 'Correct the pattern, or give the modules as a list: createHost({ modules: [...] }).',
  ),
  MODULE_NOT_DECORATED: entry<{ class: string; usedBy?: string }>(
    (d) => `The class "${d.class}"${d.usedBy ? `, a dependency of "${d.usedBy}",` : ''} is not a module.`,
    () => 'Put @Module({ name: ... }) on it, or pass it through defineModule().',
  ),
  MODULE_DUPLICATE: entry<OfModule & { classes: readonly string[] }>(
    (d) =>
      `Module "${d.module}" is already registered: ${d.classes.map((c) => `class ${c}`).join(' and ')} bear the same name.`,
    (d) =>
      d.classes.every((name) => name === d.classes[0])
        ? 'Rename one of the two; where both are the same class, loaded from two paths or two copies of a package, import it from one.'
        : 'Rename one of the two.',
  ),
  DEPENDENCY_UNKNOWN: entry<{
    module: string
    dependency: string
    suggestions: readonly string[]
    known: readonly string[]
    disabled?: boolean
  }>(
    (d) =>
      `Module "${d.module}" depends on "${d.dependency}", which ${d.disabled ? 'is disabled' : 'this host does not have'}.`,
    (d) =>
      d.disabled
        ? `Remove "enabled: false" from modules.${d.dependency}, or write "${d.dependency}?" to make the dependency optional.`
        : `${didYouMean(d.suggestions)} Add the module to the host or correct the name. This host has ${list(d.known)}.`,
  ),
  DEPENDENCY_CYCLE: entry<{ path: readonly string[] }>(
    (d) => `The modules depend on each other in a circle: ${path(d.path)}.`,
    () => 'Remove one of these dependencies: let one side look the other up in the ClientHub when it is first needed.',
  ),
  SYSTEM_DEPENDS_ON_USER: entry<{ module: string; dependency: string }>(
    (d) =>
      `The system module "${d.module}" depends on "${d.dependency}", which is not one; it would start before its dependency.`,
    (d) => `Give "${d.dependency}" the capability "system", or take it away from "${d.module}".`,
  ),
  CAPABILITY_NOT_IMPLEMENTED: entry<{ module: string; capability: string; missing: readonly string[] }>(
    (d) =>
      `Module "${d.module}" declares the capability "${d.capability}" without the method${d.missing.length === 1 ? '' : 's'} ${list(d.missing)}.`,
    (d) =>
      `Implement ${list(d.missing)} as ${d.missing.length === 1 ? 'a method' : 'methods'} of the class, not as ${d.missing.length === 1 ? 'a property' : 'properties'}; or remove "${d.capability}" from its capabilities.`,
  ),
  MULTIPLE_REST_HOSTS: entry<{ modules: readonly string[] }>(
    (d) => `Multiple REST host modules detected: ${list(d.modules)}.`,
    () => 'Keep one module with the capability "rest_host".',
  ),
  MULTIPLE_GRPC_HUBS: entry<{ modules: readonly string[] }>(
    (d) => `Multiple gRPC hub modules detected: ${list(d.modules)}.`,
    () => 'Keep one module with the capability "grpc_hub".',
  ),
  REST_REQUIRES_HOST: entry<{ modules: readonly string[] }>(
    (d) =>
      `The modules ${list(d.modules)} have REST routes, but no module of this host has the capability "rest_host".`,
    () => 'Add ApiGateway of @modkit/gateway to the modules.',
  ),
  GRPC_REQUIRES_HUB: entry<{ modules: readonly string[] }>(
    (d) =>
      `The modules ${list(d.modules)} have gRPC services, but no module of this host has the capability "grpc_hub".`,
    () => 'Add GrpcHub of @modkit/grpc to the modules.',
  ),
  CORE_COPIES_INCOMPATIBLE: entry<{ copies: readonly { version: string; path: string }[] }>(
    (d) =>
      `Copies of @modkit/core that do not understand each other are loaded: ${d.copies.map((c) => `${c.version} at ${c.path}`).join(', ')}.`,
    () => 'Make every package use one version: npm ls @modkit/core shows who asks for which.',
  ),

  HOST_OPTION_INVALID: entry<{ option: string; reason?: string; suggestions: readonly string[] }>(
    (d) =>
      d.reason
        ? `The option "${d.option}" of the host is not legal: ${d.reason}.`
        : `The host has no option "${d.option}".`,
    (d) =>
      didYouMean(d.suggestions) ||
      (d.reason
        ? 'Correct it in the argument of createHost().'
        : 'Remove it from the argument of createHost(); its options stand in the type HostOptions.'),
  ),
  HOST_OPTIONS_INVALID: entry<{ problems: readonly HostError[] }>(
    (d) =>
      `The options of the host have ${String(d.problems.length)} problems:\n` +
      d.problems.map((problem) => `  - ${problem.message} ${problem.hint ?? ''}`).join('\n'),
    () => 'Correct all of them; they were found in one pass.',
  ),
} as const satisfies Readonly<Record<string, CatalogueEntry<never>>>
