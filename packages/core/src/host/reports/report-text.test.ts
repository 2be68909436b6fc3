import { expect, test } from '@jest/globals'
import type { BootReport, PhaseReport, VisitReport } from './boot-report.js'
import { formatBootReport, formatShutdownReport } from './report-text.js'

const visit = (module: string, durationMs: number, more: Partial<VisitReport> = {}): VisitReport => {
  return { module, durationMs, outcome: 'ok', ...more }
}

const phase = (name: PhaseReport['phase'], modules: readonly VisitReport[], outcome: 'ok' | 'failed' = 'ok') => {
  return { phase: name, durationMs: 20, outcome, modules }
}

const report: BootReport = {
  state: 'running',
  startedAt: 0,
  durationMs: 40,
  phases: [],
  degradations: [],
  criticalPath: [],
}

test('a start is a tree of phases: who took notable time or failed by name, all others counted', () => {
  const text = formatBootReport({
    ...report,
    phases: [
      phase('init', [visit('a', 0.2), visit('b', 0.9)]),
      phase('db', [visit('a', 1), visit('b', 0.1, { step: 'migrations' }), visit('c', 3, { step: 'init' })]),
      phase(
        'start',
        [visit('a', 0.1, { outcome: 'failed', error: 'no port' }), visit('b', 2, { outcome: 'cancelled' })],
        'failed',
      ),
    ],
    degradations: [{ module: 'c', reason: 'it is tired' }],
    criticalPath: [
      { module: 'a', durationMs: 1 },
      { module: 'b', durationMs: 0.5 },
      { module: 'c', durationMs: 3 },
    ],
  })
  expect(text).toBe(
    [
      'running after 40 ms',
      'init 20 ms',
      '  └─ 2 below 1 ms',
      'db 20 ms',
      '  ├─ a 1 ms',
      '  ├─ c (init) 3 ms',
      '  └─ 1 more below 1 ms',
      'start 20 ms failed',
      '  ├─ a 0.10 ms failed: no port',
      '  └─ b 2 ms cancelled',
      '! degraded: c: it is tired',
      'critical path: a 1 ms -> c 3 ms',
    ].join('\n'),
  )
})

test('a start without anything notable has no path that would be critical', () => {
  expect(formatBootReport({ ...report, criticalPath: [{ module: 'a', durationMs: 0.9 }] })).toBe('running after 40 ms')
})

test('a stop is a tree of steps, with the modules under theirs, and says what was left behind', () => {
  const text = formatShutdownReport({
    reason: 'SIGTERM',
    durationMs: 5,
    steps: [
      { step: 'gateway', durationMs: 1, outcome: 'failed', error: 'it was deaf' },
      { step: 'modules', durationMs: 2, outcome: 'done' },
      { step: 'databases', durationMs: 1, outcome: 'done' },
    ],
    modules: [
      { module: 'b', durationMs: 1, deadlineMs: 10, outcome: 'done' },
      { module: 'a', durationMs: 2, deadlineMs: 10, outcome: 'abandoned', error: 'no end' },
    ],
    leftBehind: ['stop() of module "a"'],
  })
  expect(text).toBe(
    [
      'stopped after 5 ms (SIGTERM)',
      'gateway 1 ms failed: it was deaf',
      'modules 2 ms done',
      '  ├─ b 1 ms done',
      '  └─ a 2 ms abandoned: no end',
      'databases 1 ms done',
      'left behind:',
      '  └─ stop() of module "a"',
    ].join('\n'),
  )
  expect(formatShutdownReport({ reason: 'stop()', durationMs: 0, steps: [], modules: [], leftBehind: [] })).toBe(
    'stopped after 0.00 ms (stop())',
  )
})
