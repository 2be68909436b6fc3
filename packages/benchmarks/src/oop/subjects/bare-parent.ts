import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { tell } from '../../measuring/subject-process.js'
import type { StartFigures } from '../start-figures.js'

const script = fileURLToPath(new URL('./bare-child.js', import.meta.url))

async function start(count: number): Promise<void> {
  const begun = performance.now()
  // They end with their standard input, which this process holds.
  const ready = Array.from({ length: count }, async () => {
    const { stdout } = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(stdout, 'data')
  })
  await Promise.all(ready)
  tell({ readyMs: performance.now() - begun } satisfies StartFigures)
}

void start(Number(process.argv[2]))
