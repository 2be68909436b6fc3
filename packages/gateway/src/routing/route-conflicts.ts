import { HostError } from '@modkit/core'
import type { Mount, Operation, PathTemplate } from '@modkit/core/spi'
import { PathIndex, shapeOf } from './path-index.js'

/** A path that the gateway answers itself. */
export interface ReservedPath {
  readonly path: PathTemplate
  readonly module: string
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
  if (shapeOf(first.path) === shapeOf(second.path))
    return conflict(second.route, [first.owner.module, second.owner.module], `${first.route} matches the same requests`)
  if (first.owner.module === second.owner.module) return undefined
  const reason = `some requests match ${first.route} and ${second.route}, and one would shadow the other`
  return conflict(second.route, [first.owner.module, second.owner.module], reason)
}

function covered(mount: Mount, operation: Operation): HostError {
  const reason = `the mount ${mount.path.text} covers the operation ${operation.route}`
  return conflict(`mount ${mount.path.text}`, [mount.owner.module, operation.owner.module], reason)
}

function conflictsWithReserved({ mounts, reserved }: DeclaredRoutes, operations: PathIndex<Operation>): HostError[] {
  return reserved.flatMap(({ path, module }) => {
    const shape = shapeOf(path)
    const claims = [
      ...operations.overlapping(path),
      ...mounts.map(({ path, owner }) => ({ route: `mount ${path.text}`, path, owner })),
    ]
    return claims
      .filter((claim) => shapeOf(claim.path) === shape)
      .map(({ route, owner }) => conflict(route, [module, owner.module], `"${module}" answers this path itself`))
  })
}

function conflictsAmongMounts(mounts: readonly Mount[]): HostError[] {
  const ownerOf = new Map<string, string>()
  return mounts.flatMap(({ path, owner }) => {
    const other = ownerOf.get(shapeOf(path))
    ownerOf.set(shapeOf(path), owner.module)
    if (other === undefined || other === owner.module) return []
    return [conflict(`mount ${path.text}`, [other, owner.module], 'both mount something there')]
  })
}

function conflict(route: string, modules: readonly string[], reason: string): HostError {
  return new HostError('ROUTE_CONFLICT', { route, modules: [...new Set(modules)], reason })
}
