import { expect, test } from '@jest/globals'
import { Child, type ChildEnd } from './support/child.js'

/** The core alone in a process that must not make code out of texts, as hardened ones must not. */
function run(...args: readonly string[]): Promise<ChildEnd> {
  const script = new URL('./fixtures/restricted/program.ts', import.meta.url)
  return new Child(script, args, { nodeOptions: ['--disallow-code-generation-from-strings'] }).end
}

test('a host starts, injects, logs, serves and stops where no code may be generated', async () => {
  const end = await run()
  const stdout = 'may generate code: false\nhello from greeter\nstopped\n'
  expect(end).toMatchObject({ code: 0, signal: null, stdout })
  expect(end.stderr).toContain('Stopped module module=greeter')
})

test('the watchdog’s thread works where no code may be generated', async () => {
  const { signal, stderr } = await run('blocks')
  expect(signal).toBe('SIGKILL')
  expect(stderr).toContain('stop phase timed out after 1000 ms and the event loop is blocked')
})
