import { expect, test } from '@jest/globals'
import { silentLogger } from '../../context/logger.js'
import type { Phase, PhaseHost } from '../../phases/phase.js'
import { FakeClock } from '../../time/fake-clock.js'
import { BootRecorder } from './boot-recorder.js'
import { PhaseRunner } from './phase-runner.js'

test('a phase that cannot say whom to visit next is a failure of the host, in that phase', async () => {
  const clock = new FakeClock()
  const phase: Phase = {
    name: 'init',
    title: 'init',
    label: 'Init',
    // eslint-disable-next-line require-yield
    *visits() {
      throw new Error('boom')
    },
  }
  // The runner asks a host for nothing else before the first visit.
  const host = { clock, logger: silentLogger, signal: new AbortController().signal } as unknown as PhaseHost
  const recorder = new BootRecorder(clock)
  const runner = new PhaseRunner(host, { startDeadlineMs: 1_000, recorder, onOptionalFailure: () => undefined })
  await expect(runner.run([phase])).rejects.toMatchObject({
    code: 'PHASE_FAILED',
    details: { phase: 'init', module: 'host' },
    cause: { message: 'boom' },
  })
})
