import { HostError } from '@modkit/core'
import type { Operation } from '@modkit/core/spi'

/**
 * An id for every operation: its own, or one made from module, method and path.
 *
 * @throws HostError `ROUTE_CONFLICT` when two operations claim the same id
 */
export function operationIds(operations: readonly Operation[]): ReadonlyMap<Operation, string> {
  const owners = claimedIds(operations)
  for (const operation of operations) {
    if (operation.operationId === undefined) owners.set(freeId(operation, owners), operation)
  }
  return new Map([...owners].map(([id, operation]) => [operation, id]))
}

/**
 * Who claims which id.
 *
 * @throws HostError `ROUTE_CONFLICT` when two operations claim the same
 */
export function claimedIds(operations: readonly Operation[]): Map<string, Operation> {
  const owners = new Map<string, Operation>()
  for (const operation of operations) {
    const { operationId } = operation
    if (operationId === undefined) continue
    const other = owners.get(operationId)
    if (other !== undefined) throw duplicate(operationId, other, operation)
    owners.set(operationId, operation)
  }
  return owners
}

function freeId(operation: Operation, owners: ReadonlyMap<string, Operation>): string {
  const parts = operation.path.segments.map((segment) =>
    segment.kind === 'literal' ? segment.text : `by-${segment.name}`,
  )
  const id = [operation.owner.module, operation.method, ...parts].join('_').replace(/[^A-Za-z0-9_-]/g, '-')
  let candidate = id
  for (let number = 2; owners.has(candidate); number++) candidate = `${id}_${String(number)}`
  return candidate
}

function duplicate(operationId: string, first: Operation, second: Operation): HostError {
  const modules = [...new Set([first.owner.module, second.owner.module])]
  const reason = `its operationId "${operationId}" is that of ${first.route}`
  return new HostError('ROUTE_CONFLICT', { route: second.route, modules, reason })
}
