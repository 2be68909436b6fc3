import { HostError, isHostError } from '../../errors/host-error.js'
import { nearest } from '../../errors/nearest.js'
import type { ModuleSections } from './configured-modules.js'
import { configProblem } from '../tree/config-problem.js'
import type { DeclaredModule } from './declared-module.js'
import { type ModuleSection, modulePath } from './module-section.js'
import { SectionSettings } from './section-settings.js'

/** What is wrong with the entries under `modules`, held against the modules of the program. */
export function moduleProblems(declared: readonly DeclaredModule[], sections: ModuleSections): readonly HostError[] {
  const names = declared.map(({ name }) => name)
  sections.adopt(names)
  const own = new Set(names)
  const strangers = sections.names().filter((name) => !own.has(name))
  return [
    ...declared.flatMap((module) => problemsOf(() => checkModule(module, sections))),
    ...strangers.flatMap((name) => problemsOf(() => checkStranger(name, own, sections))),
  ]
}

function checkModule({ name, config }: DeclaredModule, sections: ModuleSections): void {
  const section = sections.find(name)
  // A disabled module counts as absent, and so may be configured by halves.
  if (!config || section?.enabled === false) return
  new SectionSettings(name, section).parse(config)
}

function problemsOf(check: () => void): readonly HostError[] {
  try {
    check()
    return []
  } catch (error) {
    // What a schema throws is wrapped where it is called, so anything else is a mistake of ours.
    if (!isHostError(error)) throw error
    return HostError.find(error, 'CONFIG_INVALID')?.details.problems ?? [error]
  }
}

/** An entry that belongs to nobody is a problem: a misspelt name would otherwise configure nothing without a word. */
function checkStranger(name: string, names: ReadonlySet<string>, sections: ModuleSections): void {
  const section = sections.find(name)
  if (section && !isForeign(section)) throw strangerProblem(section, names)
}

/** A module with an executable of its own needs no class in this program. */
function isForeign({ runtime }: ModuleSection): boolean {
  return runtime.type === 'oop' && runtime.execution !== undefined
}

function strangerProblem({ name, node, runtime }: ModuleSection, names: ReadonlySet<string>): HostError {
  const moved = runtime.type === 'oop' ? ', and has no "execution" that would make it a program of its own' : ''
  return configProblem({
    path: modulePath(name),
    reason: `is not the name of a module of this host${moved}`,
    origin: node.origin,
    suggestions: nearest(name, names),
    modules: [...names].sort(),
  })
}
