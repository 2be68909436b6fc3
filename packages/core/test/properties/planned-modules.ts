import { defineModule, inject, ModuleCtx, type ModuleClass } from '@modkit/core'
import type { DatabaseManager } from '@modkit/core/spi'
import type { Hook, HostPlan, How, ModulePlan } from './host-plan.js'
import { aborted, faultMessage, type Stage } from './stage.js'
import type { HookEvent } from './trace.js'

/** The class of a planned module: every hook is on the trace, and behaves as planned. */
export function plannedModule(stage: Stage, plan: ModulePlan): ModuleClass {
  const { name, faults } = plan
  const tokens = Array.from({ length: plan.providers }, (_, index) => `${name} provider ${String(index)}`)
  class Planned {
    readonly ctx = inject(ModuleCtx)
    readonly last = tokens.length > 0 ? inject(tokens.at(-1) ?? '') : undefined

    constructor() {
      stage.showRootSignal(this.ctx.signal)
      stage.act({ module: name, hook: 'construct', fault: faults.get('construct') }, undefined)
    }
  }
  for (const [method, call] of methodsOf(stage, plan)) {
    Object.defineProperty(Planned.prototype, method, { value: call, configurable: true })
  }
  const options = {
    name,
    deps: plan.deps.map(({ name: dep, optional }) => dep + (optional ? '?' : '')),
    capabilities: plan.capabilities,
    optional: plan.optional,
    providers: tokens.map((provide, index) => ({
      provide,
      useFactory: () => provider(stage, plan, { tokens, index }),
    })),
    ...(plan.lifecycle && { lifecycle: plan.lifecycle }),
  }
  // The hooks are there, but made in a loop, where the compiler cannot see them.
  return defineModule(options as never, Planned as never)
}

/** The newest needs the one before it, so that the order of disposal is known. Only the oldest misbehaves. */
function provider(
  stage: Stage,
  { name, faults }: ModulePlan,
  place: { tokens: readonly string[]; index: number },
): object {
  const { tokens, index } = place
  const older = tokens[index - 1]
  if (older !== undefined) inject(older)
  const fault = index === 0 ? faults.get('dispose') : undefined
  return {
    dispose: () => stage.act({ module: name, hook: 'dispose', note: `provider ${String(index)}`, fault }, undefined),
  }
}

/** The answers of hooks that must return something. */
const ANSWERS: Partial<Record<Hook, unknown>> = { migrations: [], grpcServices: [], restApi: {} }

type Method = (this: unknown, ...args: unknown[]) => unknown

function* methodsOf(stage: Stage, plan: ModulePlan): Iterable<readonly [string, Method]> {
  const { name: module, faults, lifecycle } = plan
  const ofStart: readonly Hook[] = [
    ...(['init', 'preInit', 'postInit', 'migrations', 'start'] as const),
    ...(['restPrepare', 'restApi', 'registerRest', 'restFinalize', 'grpcServices'] as const),
  ]
  for (const hook of ofStart) {
    const signal = (): AbortSignal | undefined => stage.rootSignal
    yield [hook, () => stage.act({ module, hook, fault: faults.get(hook), signal: signal() }, ANSWERS[hook])]
  }
  for (const hook of ['drain', 'stop'] as const) {
    yield [hook, (deadline) => actUntil(stage, { module, hook, fault: faults.get(hook) }, deadline as AbortSignal)]
  }
  yield ['boundEndpoint', () => undefined]
  if (!lifecycle) return
  yield ['serve', (signal, ready) => serve(stage, plan, { signal: signal as AbortSignal, ready: ready as () => void })]
}

/** A hook with a deadline, which is on the trace when it passes before the hook has ended. */
function actUntil(stage: Stage, cue: Parameters<Stage['act']>[0], signal: AbortSignal): unknown {
  signal.addEventListener('abort', () => stage.trace.add({ module: cue.module, hook: cue.hook, what: 'told' }))
  return stage.act({ ...cue, signal }, undefined)
}

interface TaskArguments {
  readonly signal: AbortSignal
  readonly ready: () => void
}

/** The background task of a module, as planned. */
async function serve(stage: Stage, { name: module, faults }: ModulePlan, task: TaskArguments): Promise<void> {
  const { trace } = stage
  const { signal } = task
  const { how = '', ms = 0 } = faults.get('serve') ?? {}
  const note = (what: HookEvent): void => void trace.add({ module, hook: 'serve', what })
  const fail = (): never => {
    note('failed')
    throw new Error(faultMessage({ module, hook: 'serve' }))
  }
  const isIn = (...ways: readonly How[]): boolean => (ways as readonly string[]).includes(how)
  const isDeaf = isIn('deaf', 'slow, deaf', 'never ready, deaf')
  const work = (): Promise<void> => (isDeaf ? stage.wait(ms) : Promise.race([stage.wait(ms), aborted(signal)]))
  signal.addEventListener('abort', () => note('told'))
  note('called')
  if (isIn('throw')) fail()
  if (isIn('reject')) await Promise.resolve().then(fail)
  if (isIn('stop')) void stage.stop(`${module}.serve`)
  if (isIn('slow', 'slow, deaf', 'return early', 'fail early')) await work()
  if (isIn('fail early')) fail()
  if (!isIn('never ready', 'never ready, deaf', 'return early') && (isDeaf || !signal.aborted)) {
    note('ready')
    task.ready()
  }
  if (isIn('return later', 'fail later')) await work()
  if (isIn('fail later')) fail()
  if (isDeaf) await new Promise(() => undefined)
  if (!isIn('return later', 'return early')) await aborted(signal)
  if (isIn('slow end')) await stage.wait(ms)
  if (isIn('fail at the end')) fail()
  note('done')
}

/** A database manager that connects to nothing. */
export function plannedDatabases(stage: Stage, plan: HostPlan): DatabaseManager {
  const act = async (module: string, hook: 'openDb' | 'migrateDb', value: unknown): Promise<never> => {
    const fault = plan.get(module)?.faults.get(hook)
    return (await stage.act({ module, hook, fault, signal: stage.rootSignal }, value)) as never
  }
  return {
    isConfigured: (module) => plan.get(module)?.hasDatabase === true,
    resolve: (module) => act(module, 'openDb', undefined),
    migrate: (module) => act(module, 'migrateDb', { module, applied: [], skipped: [], durationMs: 0 }),
    close: async () => {
      await stage.act({ module: 'host', hook: 'closeDb', fault: plan.closeDb }, undefined)
    },
  }
}
