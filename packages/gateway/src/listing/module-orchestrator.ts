import {
  Module,
  type ModuleCtx,
  type RestApi,
  type RestModule,
  type SystemContext,
  type SystemModule,
} from '@modkit/core'
import { settingsSchema } from '@modkit/core/spi'
import { listModules, moduleList } from './list-modules.js'

/** `modules.module-orchestrator.config`. */
export interface ModuleOrchestratorConfig {
  /** What callers must be allowed, all of it; `[]` lets in any who are known. Default `['modules:read']`. */
  readonly scopes?: readonly string[]
}

/** The schema of {@link ModuleOrchestratorConfig}. Unknown keys are errors. */
export const moduleOrchestratorConfig = settingsSchema<ModuleOrchestratorConfig>({
  scopes: { kind: 'list', item: { kind: 'text' } },
})

/**
 * Lists the modules of the host, and the instances that its directory knows, to callers with the scope `modules:read`:
 * `GET /module-orchestrator/v1/modules`. A host without this module tells nobody.
 */
@Module({ name: 'module-orchestrator', capabilities: ['system', 'rest'], config: moduleOrchestratorConfig })
export class ModuleOrchestrator implements SystemModule, RestModule {
  #system: SystemContext | undefined

  preInit(sys: SystemContext): void {
    this.#system = sys
  }

  registerRest(ctx: ModuleCtx, rest: RestApi): void {
    const system = this.#system
    if (!system) throw new TypeError('A module orchestrator is used in a host, which calls preInit() before.')
    const { scopes = ['modules:read'] } = ctx.config(moduleOrchestratorConfig)
    rest
      .get('/module-orchestrator/v1/modules')
      .operationId('module_orchestrator.list_modules')
      .summary('The modules of this host, and their instances')
      .tag('module-orchestrator')
      .authenticated(...scopes)
      .response(200, moduleList)
      .standardErrors()
      .handle(() => listModules(system))
  }
}
