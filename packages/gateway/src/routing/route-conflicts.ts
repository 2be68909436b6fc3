import { HostError } from '@modkit/core'
import type { Mount, Operation, PathTemplate } from '@modkit/core/spi'
import { PathIndex, shapeOf } from './path-index.js'

/** A path that the gateway answers itself. */
export interface ReservedPath {
  readonly path: PathTemplate
  readonly module: string
  /** `below`: not the path, but everything under it. */
  readonly reach: 'exact' | 'below'
  /** How the path can be had, if it can. */
  readonly remedy?: string
}

export interface DeclaredRoutes {
  readonly operations: readonly Operation[]
  readonly mounts: readonly Mount[]
  readonly reserved: readonly ReservedPath[]
}

/**
 * Every pair of routes that cannot stand side by side.
 *
 * Within one module a literal path may specialise one with a parameter (`/users/me`, `/users/{id}`); between modules that
 * would let one take requests from the other unnoticed. A mount must not cover operations, nor the other way round: what
 * the operation promises (who may call, what is checked) would depend on who was asked first.
 *
 * Paths of the gateway's own win over parameters and over a mount at the root, which take what is left.
 */
export function routeConflicts(routes: DeclaredRoutes): HostError[] {
  const operations = new PathIndex<Operation>()
  return [
    ...conflictsAmongOperations(routes.operations, operations),
    ...routes.mounts.flatMap((mount) => operations.under(mount.path).map((operation) => covered(mount, operation))),
    ...conflictsWithReserved(routes, operations),
    ...conflictsAmongMounts(routes.mounts),
  ]
}

/** Fills the index as it goes, so that each pair is found once, the one declared first named first. */
function conflictsAmongOperations(operations: readonly Operation[], index: PathIndex<Operation>): HostError[] {
  const conflicts: HostError[] = []
  for (const operation of operations) {
    for (const earlier of index.overlapping(operation.path)) {
      const conflict = earlier.method === operation.method ? conflictOf(earlier, operation) : undefined
      if (conflict) conflicts.push(conflict)
    }
    index.add(operation.path, operation)
  }
  return conflicts
}

function conflictOf(first: Operation, second: Operation): HostError | undefined {
  const modules = [first.owner.module, second.owner.module]
  if (shapeOf(first.path) === shapeOf(second.path))
    return conflict(second.route, modules, `${placeOf(first)} matches the same requests`)
  if (first.owner.module === second.owner.module) return undefined
  const reason = `some requests match both ${placeOf(second)} and ${placeOf(first)}, and one would shadow the other`
  return conflict(second.route, modules, reason)
}

function covered(mount: Mount, operation: Operation): HostError {
  const { route, owner } = claimOf(mount)
  const reason = `the mount of module "${owner.module}" covers ${placeOf(operation)}`
  return conflict(route, [owner.module, operation.owner.module], reason)
}

/** What a module declares at a path, whatever it is. */
type Claim = Pick<Operation, 'route' | 'path' | 'owner'>

function claimOf({ path, owner }: Mount): Claim {
  return { route: `mount ${path.text}`, path, owner }
}

function conflictsWithReserved({ mounts, reserved }: DeclaredRoutes, operations: PathIndex<Operation>): HostError[] {
  const mounted = mounts.map(claimOf)
  return reserved.flatMap((place) => {
    const near: readonly Claim[] =
      place.reach === 'exact' ? operations.overlapping(place.path) : operations.under(place.path)
    const claims = [...near.filter((claim) => takes(claim, place)), ...mounted.filter((claim) => covers(claim, place))]
    return claims.map((claim) => reservedConflict(claim, place))
  })
}

function takes({ path }: Claim, { path: reserved, reach }: ReservedPath): boolean {
  return reach === 'exact' ? shapeOf(path) === shapeOf(reserved) : shapeOf(path).startsWith(`${shapeOf(reserved)}/`)
}

function covers(mount: Claim, place: ReservedPath): boolean {
  return takes(mount, place) || shapeOf(mount.path) === shapeOf(place.path)
}

function reservedConflict({ route, owner }: Claim, { path, module, reach, remedy }: ReservedPath): HostError {
  const place = reach === 'exact' ? `GET ${path.text}` : `everything below ${path.text}`
  const reason = `"${module}" answers ${place} itself${remedy === undefined ? '' : `, unless ${remedy}`}`
  return conflict(route, [module, owner.module], reason)
}

/** Of two modules one of whose mounts lies in the other's, the one that is asked first would take requests from the other. */
function conflictsAmongMounts(mounts: readonly Mount[]): HostError[] {
  const claims = mounts.map(claimOf)
  const index = new PathIndex<Claim>()
  for (const claim of claims) index.add(claim.path, claim)
  const order = new Map(claims.map((claim, position) => [claim, position]))
  return claims.flatMap((outer) =>
    index
      .under(outer.path)
      .filter((inner) => inner.owner.module !== outer.owner.module)
      // Two at one path are found from both sides.
      .filter((inner) => !isSamePath(inner, outer) || (order.get(inner) ?? 0) > (order.get(outer) ?? 0))
      .map((inner) => mountConflict(outer, inner)),
  )
}

function mountConflict(outer: Claim, inner: Claim): HostError {
  const reason = `${placeOf(outer)} ${isSamePath(inner, outer) ? 'is at the same path' : 'covers it'}`
  return conflict(inner.route, [outer.owner.module, inner.owner.module], reason)
}

function isSamePath(one: Claim, other: Claim): boolean {
  return shapeOf(one.path) === shapeOf(other.path)
}

/** Which declaration is meant, for messages. */
function placeOf({ route, owner }: Claim): string {
  return `${route} of module "${owner.module}"`
}

function conflict(route: string, modules: readonly string[], reason: string): HostError {
  return new HostError('ROUTE_CONFLICT', { route, modules: [...new Set(modules)], reason })
}
