import { HostError } from '@modkit/core'
import type { Operation } from '@modkit/core/spi'

/** An id for every operation: its own, or one made from module, method and path. */
export function operationIds(operations: readonly Operation[]): ReadonlyMap<Operation, string> {
  const owners = new Map<string, Operation>()
  for (const operation of operations)
    if (operation.operationId !== undefined) owners.set(operation.operationId, operation)
  for (const operation of operations)
    if (operation.operationId === undefined) owners.set(freeId(operation, owners), operation)
  return new Map([...owners].map(([id, operation]) => [operation, id]))
}

/** A `ROUTE_CONFLICT` for every operation that claims the id of an earlier one. */
export function duplicateIds(operations: readonly Operation[]): HostError[] {
  const owners = new Map<string, Operation>()
  return operations.flatMap((operation) => {
    const { operationId } = operation
    if (operationId === undefined) return []
    const owner = owners.get(operationId)
    if (owner !== undefined) return [duplicate(operationId, owner, operation)]
    owners.set(operationId, operation)
    return []
  })
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
  const reason = `its operationId "${operationId}" is that of ${first.route} of module "${first.owner.module}"`
  return new HostError('ROUTE_CONFLICT', { route: second.route, modules, reason })
}
