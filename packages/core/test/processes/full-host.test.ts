import { expect, test } from '@jest/globals'
import { hostProgram } from '../support/host-program.js'

const program = hostProgram(new URL('../fixtures/out-of-process/full-host.ts', import.meta.url))

test('a host that has no files left says so of the children that it cannot spawn, and lives', async () => {
  const { code, stdout, stderr } = await (await program.run([], { shell: 'ulimit -n 64; exec "$@"' })).end
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const lines = stdout.trim().split('\n')
  expect(lines).toHaveLength(2)
  for (const line of lines) expect(line).toMatch(/^SPAWN_FAILED: .*EMFILE/)
})
