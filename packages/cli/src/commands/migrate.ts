import type { MigrationReport } from '@modkit/core'
import type { PendingMigrations } from '@modkit/core/spi'
import { askApplication } from '../application/ask-application.js'
import { findApplication } from '../application/find-application.js'
import type { CommandDefinition, Invocation, Outcome } from '../command-line/command.js'
import { exitCodes } from '../command-line/exit-codes.js'
import { locatedProblem } from '../problems/problem.js'
import { problemJson, problemText } from '../problems/problem-text.js'
import { appArgs, askOptions, counted } from './inspection.js'

/** Brings the databases up to date, or says what that would do. */
export const migrate: CommandDefinition = {
  name: 'migrate',
  summary: 'run the migrations of all modules, and nothing else; or say which would run',
  args: [appArgs],
  options: [
    { flags: '--status', description: 'only say what would run; changes and creates nothing' },
    { flags: '--timeout <duration>', description: 'how long all migrations together may take', default: '10m' },
  ],
  examples: ['modkit migrate --status', 'modkit migrate', 'modkit migrate --timeout 1h'],
  run: (invocation) => (invocation.options['status'] === true ? status(invocation) : run(invocation)),
}

async function status(invocation: Invocation): Promise<Outcome> {
  const app = await findApplication(invocation.cwd)
  const modules = await askApplication(app, 'pendingMigrations', askOptions(invocation))
  const { cwd, terminal } = invocation
  const { paint } = terminal
  const total = modules.reduce((sum, { pending }) => sum + (pending?.length ?? 0), 0)
  const problems = modules.flatMap(({ module, problems: found }) =>
    found.map((error) => locatedProblem({ error, module }, NOWHERE, app.directory)),
  )
  const text = [
    ...modules.flatMap((module) => [paint('bold', module.module), ...statusLines(module).map((line) => `  ${line}`)]),
    modules.length === 0 ? 'No module has migrations.' : `${counted(total, 'migration')} to run.`,
    ...problems.map((problem) => `\n${problemText(problem, { cwd, paint })}`),
  ].join('\n')
  const json = { modules: modules.map(statusJson), pending: total, problems: problems.map(problemJson) }
  return { exitCode: problems.length > 0 ? exitCodes.problems : exitCodes.ok, text, json }
}

/** Histories know names, and no places of files. */
const NOWHERE = { declarations: {}, routes: [] }

function statusJson({ module, configured, migrations, pending, edited, unknown }: PendingMigrations): object {
  return { module, configured, migrations, pending, edited, unknown }
}

function statusLines({ configured, migrations, pending, edited, unknown }: PendingMigrations): readonly string[] {
  if (!configured) return ['has no database: nothing would run']
  if (pending === undefined) return ['its database manager cannot say what would run']
  const wordFor = (name: string): string =>
    pending.includes(name) ? 'pending' : edited.includes(name) ? 'edited ' : 'applied'
  return [...migrations.map((name) => `${wordFor(name)}  ${name}`), ...unknown.map((name) => `unknown  ${name}`)]
}

async function run(invocation: Invocation): Promise<Outcome> {
  const app = await findApplication(invocation.cwd)
  const report = await askApplication(app, 'migrate', askOptions(invocation))
  return { text: reportText(report), json: report }
}

function reportText({ modules }: MigrationReport): string {
  if (modules.length === 0) return 'No module has migrations and a database.'
  const lines = modules.map(({ module, applied, skipped, durationMs }) => {
    const names = applied.length === 0 ? '' : `: ${applied.join(', ')}`
    const before = skipped.length === 0 ? '' : `, ${String(skipped.length)} applied before`
    return `${module}: ${String(applied.length)} applied in ${String(Math.round(durationMs))} ms${before}${names}`
  })
  return lines.join('\n')
}
