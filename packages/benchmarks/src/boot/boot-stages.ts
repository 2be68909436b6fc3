import { tell } from '../measuring/subject-process.js'
import type { BootFigures } from './boot-figures.js'

/** The stages of a subject. Each is a function of its own, so that it is timed alone. */
export interface BootStages<Framework, Modules, App> {
  load(): Promise<Framework>
  declare(framework: Framework, size: number): Modules
  start(framework: Framework, modules: Modules): Promise<App>
  stop(app: App): Promise<unknown>
}

/** Runs a subject through its stages with as many modules as the command line says, and hands over the figures. */
export async function boot<Framework, Modules, App>(stages: BootStages<Framework, Modules, App>): Promise<void> {
  const size = Number(process.argv[2])
  const [importMs, framework] = await timed(() => stages.load())
  const before = heapBytes()
  const [declareMs, modules] = await timed(() => stages.declare(framework, size))
  const [startMs, app] = await timed(() => stages.start(framework, modules))
  const peakBytes = process.resourceUsage().maxRSS * 1_024
  const held = heapBytes() - before
  const [stopMs] = await timed(() => stages.stop(app))
  tell({ importMs, declareMs, startMs, stopMs, heapBytes: held, peakBytes } satisfies BootFigures)
}

async function timed<T>(work: () => T | Promise<T>): Promise<[ms: number, value: T]> {
  const begun = performance.now()
  const value = await work()
  return [performance.now() - begun, value]
}

function heapBytes(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
