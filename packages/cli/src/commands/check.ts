import type { CommandDefinition, Invocation, Outcome } from '../command-line/command.js'
import { exitCodes } from '../command-line/exit-codes.js'
import type { Problem } from '../problems/problem.js'
import { problemJson, problemText } from '../problems/problem-text.js'
import { appArgs, counted, inspectApplication, problemsOutcome, timeoutOption } from './inspection.js'

/** Everything that can be wrong with an application before it is started. */
export const check: CommandDefinition = {
  name: 'check',
  summary: 'build registry, configuration and routes without starting anything, and print every problem',
  args: [appArgs],
  options: [
    timeoutOption,
    { flags: '--strict', description: 'fail for warnings and for what could not be checked, too' },
  ],
  examples: ['modkit check', 'modkit check --json', 'modkit check -- config/production.yaml'],
  run: checkApplication,
}

async function checkApplication(invocation: Invocation): Promise<Outcome> {
  const inspected = await inspectApplication(invocation)
  const { inspection, problems, warnings, doubts } = inspected
  const { cwd, terminal, options } = invocation
  const failed = problems.length > 0 || (options['strict'] === true && warnings.length + doubts.length > 0)
  const section = (title: string, list: readonly Problem[]): string => {
    const texts = list.map((problem) => problemText(problem, { cwd, paint: terminal.paint }))
    return texts.length === 0 ? '' : `${[title, ...texts].join('\n\n')}\n\n`
  }
  const unchecked = section('Not checked, because it needs what only a start does:', doubts)
  const warned = section('The host starts all the same, and warns:', warnings)
  const found = `${counted(inspection.modules.length, 'module')}, ${counted(inspection.routes.length, 'route')}`
  const summary = problems.length > 0 ? problemsOutcome(inspected, invocation).text : `No problems. ${found}.`
  return {
    exitCode: failed ? exitCodes.problems : exitCodes.ok,
    text: `${unchecked}${warned}${summary ?? ''}`,
    json: {
      problems: problems.map(problemJson),
      warnings: warnings.map(problemJson),
      doubts: doubts.map(problemJson),
      modules: inspection.modules.length,
      routes: inspection.routes.length,
    },
  }
}
