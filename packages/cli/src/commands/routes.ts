import type { InspectedRoute } from '@modkit/core/spi'
import { type CommandDefinition, type Invocation, type Outcome, textOption } from '../command-line/command.js'
import { table } from '../command-line/table.js'
import { exitCodes } from '../command-line/exit-codes.js'
import { placeOfStack, placeText } from '../problems/place.js'
import { appArgs, inspectApplication, problemsOutcome, timeoutOption } from './inspection.js'

/** The operations of all modules. */
export const routes: CommandDefinition = {
  name: 'routes',
  summary: 'list the routes of all modules: who may call them, whose they are, where they are declared',
  args: [appArgs],
  options: [timeoutOption, { flags: '--module <name>', description: 'only those of one module' }],
  examples: ['modkit routes', 'modkit routes --module users', 'modkit routes --json'],
  run: listRoutes,
}

async function listRoutes(invocation: Invocation): Promise<Outcome> {
  const inspected = await inspectApplication(invocation)
  const { inspection, app, problems } = inspected
  if (problems.length > 0 && inspection.routes.length === 0) return problemsOutcome(inspected, invocation)
  const module = textOption(invocation.options, 'module')
  const shown = inspection.routes
    .filter((route) => module === undefined || route.module === module)
    .toSorted((one, other) => compare(one.path, other.path) || compare(one.method, other.method))
  const { terminal, cwd } = invocation
  const rows = shown.map((route) => row(route, placeOf(route, app.directory, cwd)))
  if (problems.length > 0) terminal.err('The application has problems, so that this may not be all: see modkit check.')
  return {
    exitCode: problems.length > 0 ? exitCodes.problems : exitCodes.ok,
    text:
      shown.length === 0 ? 'There are no routes.' : table(['METHOD', 'PATH', 'WHO', 'MODULE', 'WHERE'], rows, terminal),
    json: shown.map(({ declaredAt, ...route }) => ({ ...route, place: placeOfStack(declaredAt, app.directory) })),
  }
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function placeOf({ declaredAt }: InspectedRoute, directory: string, cwd: string): string {
  const place = placeOfStack(declaredAt, directory)
  return place ? placeText(place, cwd) : ''
}

function row({ method, path, auth, module }: InspectedRoute, place: string): readonly string[] {
  return [method === 'mount' ? 'mount' : method.toUpperCase(), path, who(auth), module, place]
}

function who(auth: InspectedRoute['auth']): string {
  if (!auth) return '-'
  if (auth.kind === 'public') return 'public'
  return auth.scopes.length === 0 ? 'authenticated' : auth.scopes.join(' ')
}
