import type { RestHostModule } from '../../capabilities/rest-host-module.js'
import type { RestOwner } from '../../rest/rest-owner.js'
import type { HostedModule } from '../../phases/hosted-module.js'
import { syncHook } from '../../phases/sync-hook.js'
import { OperationDraft } from '../../rest/operation-draft.js'
import { httpMethods, type HttpMethod } from '../../rest/operation.js'
import type { RestApi } from '../../rest/rest-api.js'
import type { HostAssembly } from '../assembly/assembly.js'
import { callSite } from '../../errors/call-site.js'
import type { InspectedRoute } from './host-inspection.js'

/** What went wrong while a module was asked for its routes. */
export interface RouteFailure {
  readonly module: string
  readonly error: unknown
}

export interface InspectedRoutes {
  readonly routes: readonly InspectedRoute[]
  readonly failures: readonly RouteFailure[]
}

/** Asks the modules for their operations and lets the REST host check them. Serves nothing. */
export function inspectRoutes(assembly: HostAssembly): InspectedRoutes {
  const gateway = assembly.modules.only('rest_host')
  if (!gateway?.isConstructed) return { routes: [], failures: [] }
  const declared: DeclaredRoute[] = []
  const failures: RouteFailure[] = []
  const attempt = (module: string, hook: string, call: () => unknown): unknown => {
    try {
      return syncHook(module, hook, call)
    } catch (error) {
      failures.push({ module, error })
      return undefined
    }
  }
  attempt(gateway.name, 'restPrepare', () => gateway.hooks.restPrepare?.(gateway.ctx))
  for (const module of assembly.modules.topological) {
    if (!module.has('rest') || !module.isConstructed) continue
    const failed = (): boolean => failures.some((failure) => failure.module === module.name)
    const api = attempt(gateway.name, 'restApi', () => gateway.hooks.restApi?.(owner(module.name, failed)))
    if (!isApi(api)) continue
    const heard = listening(api, (route) => void declared.push({ ...route, module: module.name }))
    attempt(module.name, 'registerRest', () => module.hooks.registerRest?.(module.ctx, heard))
  }
  finalize(gateway, attempt)
  return { routes: declared.map(inspected), failures }
}

function finalize(
  gateway: HostedModule,
  attempt: (module: string, hook: string, call: () => unknown) => unknown,
): void {
  const hooks: Partial<RestHostModule> = gateway.hooks
  attempt(gateway.name, 'restFinalize', () => hooks.restFinalize?.(gateway.ctx))
}

function owner(module: string, failed: () => boolean): RestOwner {
  return {
    module,
    get available() {
      return !failed()
    },
  }
}

function isApi(value: unknown): value is RestApi {
  return typeof value === 'object' && value !== null
}

interface HeardRoute {
  readonly method: HttpMethod | 'mount'
  readonly path: string
  readonly stack: string | undefined
  readonly draft: unknown
}

interface DeclaredRoute extends HeardRoute {
  readonly module: string
}

/** The gateway's own API, and an ear for what is declared there and where. */
function listening(api: RestApi, hear: (route: HeardRoute) => void): RestApi {
  const isListened = (property: string | symbol): property is HttpMethod | 'mount' =>
    property === 'mount' || httpMethods.some((method) => method === property)
  return new Proxy(api, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target)
      if (!isListened(property) || typeof value !== 'function') return value
      const listened = (path: string, ...others: readonly unknown[]): unknown => {
        const { stack } = new Error('declared')
        const draft: unknown = Reflect.apply(value, target, [path, ...others])
        if (draft instanceof OperationDraft) draft.site = callSite(listened)
        hear({ method: property, path, stack, draft })
        return draft
      }
      return listened
    },
  })
}

function inspected({ module, method, path, stack, draft }: DeclaredRoute): InspectedRoute {
  const operation = method === 'mount' ? undefined : finished(draft)
  return {
    module,
    method,
    path,
    operationId: operation?.operationId,
    summary: operation?.summary,
    auth: operation?.auth,
    deprecated: operation?.deprecated ?? false,
    declaredAt: stack,
  }
}

/** What the gateway has finished already, or could not; a REST host of another make may have drafts of its own. */
function finished(draft: unknown): ReturnType<OperationDraft['finish']> | undefined {
  try {
    return (draft as OperationDraft).finish()
  } catch {
    // That it is not complete the gateway has said.
    return undefined
  }
}
