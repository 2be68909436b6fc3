import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { hostProgram } from './support/host-program.js'
import { Variables } from './support/variables.js'

const program = hostProgram(new URL('./fixtures/docs/logging-program.ts', import.meta.url))
const config = fileURLToPath(new URL('./fixtures/docs/logging.yaml', import.meta.url))

/** Which levels each of the modules has said something at. */
function levelsIn(log: string): Readonly<Record<string, readonly string[]>> {
  const lines = log.trim().split('\n')
  const said = lines
    .map((line) => JSON.parse(line) as { module: string; level: string; message: string })
    .filter(({ message }) => message === 'said')
  const modules = [...new Set(said.map(({ module }) => module))]
  return Object.fromEntries(
    modules.map((name) => [name, said.filter(({ module }) => module === name).map(({ level }) => level)]),
  )
}

test('the sections on the page send to console and file what it says', async () => {
  const home = await mkdtemp(join(tmpdir(), 'modkit-logging-'))
  try {
    using _home = new Variables({ APP__SERVER__HOME_DIR: home })
    const { code, stderr } = await (await program.run([config])).end
    expect(code).toBe(0)
    expect(levelsIn(stderr)).toEqual({
      users: ['debug', 'info', 'warn'],
      'users.mailer': ['debug', 'info', 'warn'],
      'noisy-module': ['warn'],
      other: ['info', 'warn'],
    })
    // A section without a file of its own writes into that of `default`, at its level.
    expect(levelsIn(await readFile(join(home, 'logs/app.log'), 'utf8'))).toEqual({
      users: ['debug', 'info', 'warn'],
      'users.mailer': ['debug', 'info', 'warn'],
      other: ['debug', 'info', 'warn'],
    })
  } finally {
    await rm(home, { recursive: true })
  }
})
