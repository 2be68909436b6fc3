import { HostError } from '../../errors/host-error.js'
import {
  defaultRestartPolicy,
  type RestartCondition,
  type RestartPolicy,
} from '../../out-of-process/supervisor/restart-policy.js'
import { applyRule } from '../sections/apply-rule.js'
import { configProblem } from '../tree/config-problem.js'
import { type ConfigNode, childPath, isPresent, mapNode, nodeAt } from '../tree/config-tree.js'
import type { ModuleExecution, ModuleRuntime } from './module-runtime.js'
import { moduleEntryRule } from '../sections/section-rules.js'
import { type Section, durationAt, numberAt, pathAt, plainAt, sectionAt, textAt } from '../sections/section-values.js'

/** One entry under `modules`, checked. */
export interface ModuleSection {
  readonly name: string
  /** A map, unless the entry is of the wrong kind, which has been reported. */
  readonly node: ConfigNode
  readonly enabled: boolean
  readonly runtime: ModuleRuntime
}

/** Checks the entry of a module. One that is written with nothing below it counts as an empty map. */
export function moduleSection(name: string, entry: Section): ModuleSection {
  const origin = entry.node?.origin ?? 'default'
  const written = isPresent(entry.node) ? entry.node : mapNode([], origin)
  for (const misshapen of misshapenNodes(written)) entry.problems.push(structureError(name, misshapen))
  const node = written.kind === 'map' ? applyRule(written, moduleEntryRule, entry) : written
  const checked = { ...entry, node }
  return {
    name,
    node,
    enabled: plainAt(checked, 'enabled') !== false,
    runtime: runtimeOf(sectionAt(checked, 'runtime')),
  }
}

/** The entry, or its `config`, where it is neither a map nor, as `config` may be, an instance of the caller's. */
function misshapenNodes(entry: ConfigNode): readonly ConfigNode[] {
  if (entry.kind !== 'map') return [entry]
  const config = entry.entries.get('config')
  if (!isPresent(config) || config.kind === 'map') return []
  return config.kind === 'leaf' && typeof config.value === 'object' ? [] : [config]
}

/** The error for an entry, or a `config`, that is not a map. */
export function structureError(name: string, node: ConfigNode): HostError<'MODULE_CONFIG_INVALID'> {
  const issue = { path: '', message: 'must be a map', origin: node.origin }
  return new HostError('MODULE_CONFIG_INVALID', { module: name, problem: 'structure', issues: [issue] })
}

function runtimeOf(runtime: Section): ModuleRuntime {
  if (textAt(runtime, 'type') !== 'oop') return { type: 'local' }
  const backend = textAt(runtime, 'backend')
  const execution = executionOf(sectionAt(runtime, 'execution'))
  return {
    type: 'oop',
    ...(backend !== undefined && { backend }),
    instances: numberAt(runtime, 'instances') ?? 1,
    restart: restartOf(sectionAt(runtime, 'restart')),
    ...(execution && { execution }),
  }
}

function restartOf(restart: Section): RestartPolicy {
  const fallback = defaultRestartPolicy
  const backoffMs = durationAt(restart, 'backoff')
  const maxBackoffMs = durationAt(restart, 'max_backoff') ?? Math.max(fallback.maxBackoffMs, backoffMs ?? 0)
  const policy = {
    // The rules let no other word through.
    condition: (textAt(restart, 'policy') ?? fallback.condition) as RestartCondition,
    maxRestarts: numberAt(restart, 'max_restarts') ?? fallback.maxRestarts,
    windowMs: durationAt(restart, 'window') ?? fallback.windowMs,
    backoffMs: backoffMs ?? Math.min(fallback.backoffMs, maxBackoffMs),
    maxBackoffMs,
  }
  if (policy.backoffMs > maxBackoffMs) {
    const origin = nodeAt(restart.node, 'max_backoff')?.origin ?? 'default'
    const reason = `must not be less than ${childPath(restart.path, 'backoff')}`
    restart.problems.push(configProblem({ path: childPath(restart.path, 'max_backoff'), reason, origin }))
  }
  return policy
}

function executionOf(execution: Section): ModuleExecution | undefined {
  if (!isPresent(execution.node)) return undefined
  const executablePath = executableAt(execution)
  const workingDirectory = pathAt(execution, 'working_directory')
  if (executablePath === undefined) return undefined
  return {
    executablePath,
    // The rules have seen to it that these hold texts alone, or reported it.
    args: (plainAt(execution, 'args') ?? []) as readonly string[],
    ...(workingDirectory !== undefined && { workingDirectory }),
    environment: (plainAt(execution, 'environment') ?? {}) as Readonly<Record<string, string>>,
  }
}

/** A bare name is looked up in `PATH` when it is run, as a person who writes `node` means it; anything else is a path. */
function executableAt(execution: Section): string | undefined {
  const written = textAt(execution, 'executable_path')
  return written !== undefined && /^[^~/\\]+$/.test(written) ? written : pathAt(execution, 'executable_path')
}

/** The `config` section of a checked entry; `undefined` where there is none. */
export function configNodeOf(section: ModuleSection): ConfigNode | undefined {
  const node = nodeAt(section.node, 'config')
  return isPresent(node) ? node : undefined
}

/** Where a module's entry stands. */
export function modulePath(name: string): string {
  return childPath('modules', name)
}
