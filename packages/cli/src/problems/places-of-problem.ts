import type { HostErrorJson } from '@modkit/core'
import type { ConfigDump, HostInspection, InspectedProblem } from '@modkit/core/spi'
import { dumpAt } from '../application/dump-parts.js'
import { type Place, placeOfImport, placeOfOrigin, placeOfStack } from './place.js'
import { placeOfClass } from './place-of-class.js'

/** What is known of an application besides the problem: where its modules and routes are declared. */
export type Declarations = Pick<HostInspection, 'declarations' | 'routes'> & Partial<Pick<HostInspection, 'config'>>

interface Application {
  readonly known: Declarations
  readonly directory: string
}

/** What the details of errors say of places, whatever their codes. */
interface PlaceDetails {
  readonly origin?: unknown
  readonly issues?: { readonly origin?: unknown }[]
  readonly module?: string
  readonly modules?: readonly string[]
  readonly path?: unknown
  readonly class?: unknown
  /** Of the module's own configuration: `timeouts.headers`. */
  readonly setting?: unknown
}

type Finder = (problem: InspectedProblem, app: Application) => readonly (Place | undefined)[]

/** From what names a line to what only names a module; what finds something keeps the next from being asked. */
const finders: readonly Finder[] = [
  ofConfiguration,
  ofSetting,
  ofRoutes,
  ofCircle,
  ofThrower,
  ofImport,
  ofUndecorated,
  ofModule,
]

/** The places that have a part in a problem, each once; the first is the one to look at. */
export function placesOfProblem(problem: InspectedProblem, app: Application): readonly Place[] {
  for (const find of finders) {
    const found = find(problem, app).filter((place) => place !== undefined)
    if (found.length > 0) return found
  }
  return []
}

function detailsOf({ details }: HostErrorJson): PlaceDetails {
  return Object(details ?? {}) as PlaceDetails
}

function ofConfiguration({ error }: InspectedProblem, { directory }: Application): readonly (Place | undefined)[] {
  const { origin, issues } = detailsOf(error)
  const [first] = Array.isArray(issues) ? issues : []
  return [placeOfOrigin(origin, directory) ?? placeOfOrigin(first?.origin, directory)]
}

/** What a module says of a setting that its schema lets pass has no origin of its own: it is looked up. */
function ofSetting(
  { error, module }: InspectedProblem,
  { known, directory }: Application,
): readonly (Place | undefined)[] {
  const { setting } = detailsOf(error)
  if (typeof setting !== 'string' || module === undefined) return []
  const found = dumpAt(known.config, ['modules', module, 'config', ...setting.split('.')])
  return [placeOfOrigin(originOf(found), directory)]
}

/** The origin of a value, or of the first one below. */
function originOf(dump: ConfigDump | undefined): string | undefined {
  if (dump === undefined || 'origin' in dump) return dump?.origin
  return originOf('list' in dump ? dump.list[0] : Object.values(dump.map)[0])
}

/** Of two that claim one path, the later one is in the way; one that is wrong by itself concerns its module alone. */
function ofRoutes(
  { error, route }: InspectedProblem,
  { known, directory }: Application,
): readonly (Place | undefined)[] {
  const { module, modules } = detailsOf(error)
  const claims = known.routes
    .filter((claim) => routeText(claim) === route && (module === undefined || claim.module === module))
    .map(({ declaredAt }) => placeOfStack(declaredAt, directory))
    .reverse()
  return modules === undefined ? claims.slice(0, 1) : claims
}

function routeText({ method, path }: Declarations['routes'][number]): string {
  return `${method === 'mount' ? 'mount' : method.toUpperCase()} ${path}`
}

function ofCircle({ error }: InspectedProblem, { known, directory }: Application): readonly (Place | undefined)[] {
  const { path } = detailsOf(error)
  if (error.code !== 'DEPENDENCY_CYCLE' || !Array.isArray(path)) return []
  return [...new Set(path as string[])].map((name) => placeOfStack(known.declarations[name], directory))
}

function ofThrower({ stack }: InspectedProblem, { directory }: Application): readonly (Place | undefined)[] {
  return [placeOfStack(stack, directory)]
}

function ofImport({ error }: InspectedProblem): readonly (Place | undefined)[] {
  return [placeOfImport(error.message)]
}

function ofUndecorated({ error }: InspectedProblem, { directory }: Application): readonly (Place | undefined)[] {
  const name = detailsOf(error).class
  return error.code === 'MODULE_NOT_DECORATED' && typeof name === 'string' ? [placeOfClass(name, directory)] : []
}

function ofModule({ module }: InspectedProblem, { known, directory }: Application): readonly (Place | undefined)[] {
  return [placeOfStack(module === undefined ? undefined : known.declarations[module], directory)]
}
