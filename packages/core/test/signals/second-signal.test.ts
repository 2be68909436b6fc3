import { expect, test } from '@jest/globals'
import { hostProgram } from '../support/host-program.js'

const program = hostProgram(new URL('../fixtures/signals/second-signal-host.ts', import.meta.url))

const STAGES = ['start', 'lame duck', 'gateway', 'hub', 'stop', 'disposal', 'databases', 'flush'] as const
const PAIRS = [
  ['SIGTERM', 'SIGINT', 130],
  ['SIGINT', 'SIGTERM', 143],
  ['SIGTERM', 'SIGTERM', 143],
] as const

test.concurrent.each(STAGES.map((stage, i) => ({ stage, pair: PAIRS[i % PAIRS.length] ?? PAIRS[0] })))(
  'a second signal during the stage $stage ends the process at once, with one last line',
  async ({ stage, pair: [first, second, code] }) => {
    const host = await program.run([stage])
    await host.says('ready\n')
    host.kill(first)
    await host.says('stage\n')
    host.kill(second)
    const end = await host.end
    const stderr = `${second} received again: exiting at once with code ${String(code)}\n`
    expect(end).toMatchObject({ code, signal: null, stderr })
    expect(end.stdout).not.toMatch(/^end$/m)
  },
)
