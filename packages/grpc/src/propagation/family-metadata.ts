import { timingSafeEqual } from 'node:crypto'
import type { Metadata } from '@grpc/grpc-js'

const FAMILY = 'x-modkit-family'

/** Shows to who is called that this process is of the same family. */
export function showFamily(metadata: Metadata, secret: string): void {
  metadata.set(FAMILY, secret)
}

/** Whether a call comes from a process of the family with this secret. */
export function isOfFamily(metadata: Metadata, secret: string | undefined): boolean {
  const [shown, ...more] = metadata.get(FAMILY)
  if (secret === undefined || typeof shown !== 'string' || more.length > 0) return false
  const [given, expected] = [Buffer.from(shown), Buffer.from(secret)]
  return given.length === expected.length && timingSafeEqual(given, expected)
}
