import { createHost } from '@modkit/core'
import { GrpcHub } from '@modkit/grpc'
import { tell } from '../../measuring/subject-process.js'
import { cpuMsOfEach, type StartFigures } from '../start-figures.js'
import { AccountsModule } from './accounts-module.js'

// A small program that has a module moved. Its children run it, too.

async function start(instances: number): Promise<void> {
  const config = {
    modules: {
      'grpc-hub': { config: { listen_addr: '127.0.0.1:0' } },
      accounts: { runtime: { type: 'oop', instances } },
    },
  }
  const host = createHost({ modules: [AccountsModule, GrpcHub], config })
  // Here nobody looks after the process but the bench, which kills it.
  if (process.env['MODKIT_MODULE'] !== undefined) return host.run()
  await host.start()
  const phase = host.report.phases.find(({ phase: name }) => name === 'oop_spawn')
  const children = host.children.filter(({ state }) => state === 'ready')
  if (!phase || children.length !== instances) throw new Error(`Not all are ready: ${JSON.stringify(host.children)}`)
  const cpuMsEach = cpuMsOfEach(children.map(({ instance }) => instance?.pid))
  tell({ readyMs: phase.durationMs, cpuMsEach } satisfies StartFigures)
}

void start(Number(process.argv[2]))
