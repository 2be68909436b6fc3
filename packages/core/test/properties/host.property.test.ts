import { test } from '@jest/globals'
import fc from 'fast-check'
import { assertRules } from './host-rules.js'
import { anyHostPlan } from './plan-arbitrary.js'
import { LONG_FORM_MS, propertyRuns } from './property-runs.js'
import { runPlan } from './run-plan.js'

// What every host does, whatever its modules, whatever goes wrong in them, and whenever it is ended. A failure prints the
// host, a module per line, and what happened in it. See property-runs.ts for how to run a case again.

test(
  'a host of any modules, failures and interruptions starts and stops by the rules',
  async () => {
    await fc.assert(
      fc.asyncProperty(anyHostPlan(), async (plan) => assertRules(await runPlan(plan))),
      propertyRuns(250, 6_000),
    )
  },
  LONG_FORM_MS,
)
