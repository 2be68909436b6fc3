import type { RestSubject } from './running-subject.js'

/** All subjects by their names; each is the file of that name in `subjects/`. */
export const subjectNames = [
  'node-http',
  'fastify',
  'fastify-zod',
  'fastify-plugins',
  'express',
  'nest-express',
  'nest-fastify',
  'modkit',
  'modkit-zod',
  'modkit-pipeline',
] as const

export type SubjectName = (typeof subjectNames)[number]

/** Whom ratios are to, unless it is said. */
export const BASE: SubjectName = 'fastify'

export function subjectNamed(name: SubjectName): RestSubject {
  return { name, script: name }
}

/** ModKit with so many operations beside those that are measured. */
export function modkitWith(idleOperations: number): RestSubject {
  return { name: `modkit, ${String(idleOperations)} more operations`, script: 'modkit', args: [idleOperations] }
}
