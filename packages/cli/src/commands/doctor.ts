import type { CommandDefinition, Invocation, Outcome } from '../command-line/command.js'
import { exitCodes } from '../command-line/exit-codes.js'
import { failureOutcome } from '../command-line/failure.js'
import { examineCompiler } from '../doctor/compiler-settings.js'
import type { Finding } from '../doctor/finding.js'
import { examineNode } from '../doctor/node-version.js'
import { examinePackages } from '../doctor/package-copies.js'
import { examinePorts, listenPlaces } from '../doctor/ports.js'
import { findApplication } from '../application/find-application.js'
import { commandOf } from '../application/runner.js'
import { entryArgs } from '../process/entry-process.js'
import { appArgs, counted, inspectApplication, timeoutOption } from './inspection.js'

/** What around an application keeps it from working. */
export const doctor: CommandDefinition = {
  name: 'doctor',
  summary: 'look for what is wrong around the application: Node, copies of packages, compiler settings, ports in use',
  args: [appArgs],
  options: [timeoutOption],
  examples: ['modkit doctor', 'modkit doctor --json'],
  run: examine,
}

async function examine(invocation: Invocation): Promise<Outcome> {
  const app = await findApplication(invocation.cwd)
  const command = commandOf(entryArgs(app, invocation.args))
  const findings: readonly Finding[] = [
    examineNode(process.version),
    { check: 'application', status: 'ok', message: `${app.file}: ${command}, in ${app.directory}.` },
    ...examinePackages(app.directory),
    ...examineCompiler(app.directory),
    ...(await examineHost(invocation)),
  ]
  const problems = findings.filter(({ status }) => status === 'problem').length
  return {
    exitCode: problems > 0 ? exitCodes.problems : exitCodes.ok,
    text: `${findings.map((finding) => findingText(finding, invocation)).join('\n')}\n\n${counted(problems, 'problem')}.`,
    json: { findings, problems },
  }
}

/** The host itself is the affair of `check`; here it only says where it would listen. */
async function examineHost(invocation: Invocation): Promise<readonly Finding[]> {
  const { clock, cwd, terminal } = invocation
  try {
    const { inspection, problems } = await inspectApplication(invocation)
    const [first] = problems
    if (!first) return await examinePorts(listenPlaces(inspection), clock)
    const message = `The application has ${counted(problems.length, 'problem')}: ${first.message}`
    return [{ check: 'application', status: 'problem', message, hint: 'See all of them with "modkit check".' }]
  } catch (error) {
    const message = failureOutcome(error, { cwd, terminal }).text ?? ''
    return [{ check: 'application', status: 'problem', message }]
  }
}

const marks = { ok: '✓', warning: '!', problem: '✗' } as const
const colours = { ok: 'green', warning: 'yellow', problem: 'red' } as const

function findingText({ status, message, hint }: Finding, { terminal: { paint } }: Invocation): string {
  const text = `${paint(colours[status], marks[status])} ${message}`
  return hint === undefined ? text : `${text}\n  ${paint('green', '->')} ${hint}`
}
