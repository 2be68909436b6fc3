import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { tell } from '../../measuring/subject-process.js'
import { cpuMsOfEach, type StartFigures } from '../start-figures.js'

const script = fileURLToPath(new URL('./bare-child.js', import.meta.url))

async function start(count: number): Promise<void> {
  const begun = performance.now()
  // They end with their standard input, which this process holds. Each leads a session of its own, as those of a host do: where
  // others want the processors, too, Linux shares these out by session.
  const ready = Array.from({ length: count }, async () => {
    const { stdout, pid } = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'], detached: true })
    await once(stdout, 'data')
    return pid
  })
  const pids = await Promise.all(ready)
  const readyMs = performance.now() - begun
  tell({ readyMs, cpuMsEach: cpuMsOfEach(pids) } satisfies StartFigures)
}

void start(Number(process.argv[2]))
