import type { HostError } from '../../errors/host-error.js'
import { childPath } from './config-tree.js'
import { configProblem } from './config-problem.js'

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/** Where a key stands and who is told when it may not. */
export interface KeyPlace {
  readonly path: string
  readonly origin: string
  readonly problems: HostError[]
}

/** Whether the key may be used; one that would reach an object's prototype is reported. */
export function allowKey(key: string, { path, origin, problems }: KeyPlace): boolean {
  if (!FORBIDDEN.has(key)) return true
  const reason = 'is a key that is not allowed, because it reaches the prototype of objects'
  problems.push(configProblem({ path: childPath(path, key), reason, origin }))
  return false
}
