import type { RestSubject } from './running-subject.js'

export const FASTIFY = 'fastify'
export const MODKIT = 'modkit'

/** All subjects by their names; each is the file of that name in `subjects/`. */
export const subjectNames = ['node-http', FASTIFY, MODKIT] as const

export type SubjectName = (typeof subjectNames)[number]

export function subjectNamed(name: SubjectName): RestSubject {
  return { name, script: name }
}
