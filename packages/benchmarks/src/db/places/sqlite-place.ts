import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Place } from './place.js'

export async function sqlitePlace(): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'modkit-bench-'))
  return {
    address: { engine: 'sqlite', at: join(directory, 'bench.db') },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}
