import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CORES } from '../measuring/keep-to-core.js'
import { SubjectProcess } from '../measuring/subject-process.js'
import type { WayName } from './choice.js'
import type { ServerCpu } from './subjects/tell-server.js'
import type { GrpcAnswer, GrpcQuestion } from './subjects/serve-questions.js'

export const subjectNames = ['modkit', 'grpc-js', 'nest'] as const

export type SubjectName = (typeof subjectNames)[number]

/** What a caller has found out, and what its server computed for each call. */
export interface SubjectAnswer extends GrpcAnswer {
  readonly serverCpuMicrosEach: number
}

let sockets = 0

/** A subject's server and its caller, each in a process of its own, with a core of its own, and connected. */
export class RunningSubject {
  readonly name: SubjectName
  readonly #server: SubjectProcess
  readonly #caller: SubjectProcess

  private constructor(name: SubjectName, server: SubjectProcess, caller: SubjectProcess) {
    this.name = name
    this.#server = server
    this.#caller = caller
  }

  static async start(name: SubjectName, way: WayName): Promise<RunningSubject> {
    const script = (part: string): URL => new URL(`./subjects/${name}-${part}.js`, import.meta.url)
    const limits = { limitMs: undefined }
    const server = new SubjectProcess(script('server'), [addressFor(way)], limits)
    try {
      const { endpoint } = await server.says<{ endpoint: string }>()
      const caller = new SubjectProcess(script('caller'), [endpoint], limits)
      try {
        await caller.says<object>()
        await server.keepToCore(CORES.server)
        await caller.keepToCore(CORES.client)
        return new RunningSubject(name, server, caller)
      } catch (error) {
        await caller.end()
        throw error
      }
    } catch (error) {
      await server.end()
      throw new Error(`${name} does not serve.`, { cause: error })
    }
  }

  async ask(question: GrpcQuestion): Promise<SubjectAnswer> {
    const before = await this.#server.ask<ServerCpu>({})
    const answer = await this.#caller.ask<GrpcAnswer>(question)
    const after = await this.#server.ask<ServerCpu>({})
    return { ...answer, serverCpuMicrosEach: (after.cpuMicros - before.cpuMicros) / answer.calls }
  }

  async end(): Promise<void> {
    await this.#caller.end()
    await this.#server.end()
  }
}

/** Where a server is told to listen: any free port, or a path of its own. */
function addressFor(way: WayName): string {
  return way === 'tcp'
    ? '127.0.0.1:0'
    : `unix://${join(tmpdir(), `modkit-bench-${String(process.pid)}-${String(++sockets)}.sock`)}`
}
