import knexLibrary, { type Knex } from 'knex'
import { digestOf, makeTables } from './data/tables.js'
import type { Address, Engine, Place } from './places/place.js'
import { RunningSubject, type SubjectName, subjectNames } from './running-subject.js'
import { knexConfig } from './subjects/sessions.js'

/** Where the subjects of one engine work. */
export type SubjectPlaces = ReadonlyMap<SubjectName, Place>

/** Makes a database for each subject, lets `work` use them, and drops them. */
export async function withPlaces(engine: Engine, work: (places: SubjectPlaces) => Promise<void>): Promise<void> {
  const places = new Map<SubjectName, Place>()
  try {
    for (const name of subjectNames) places.set(name, await engine.create())
    await work(places)
  } finally {
    for (const place of places.values()) await place[Symbol.asyncDispose]()
  }
}

/** Fills the places anew, starts the subjects in them, lets `work` use these, and ends them. */
export async function withSubjects(
  places: SubjectPlaces,
  work: (running: readonly RunningSubject[]) => Promise<void>,
): Promise<void> {
  const running: RunningSubject[] = []
  try {
    for (const [name, { address }] of places) {
      await withKnex(address, makeTables)
      running.push(await RunningSubject.start(name, address))
    }
    await work(running)
    await assertAlike(running)
  } finally {
    await Promise.all(running.map((subject) => subject.end()))
  }
}

/** @throws Error where one has not written what the others have */
async function assertAlike(running: readonly RunningSubject[]): Promise<void> {
  const digests = await Promise.all(running.map(({ address }) => withKnex(address, digestOf)))
  if (new Set(digests).size > 1) throw new Error(`The subjects left different data:\n${digests.join('\n')}`)
}

async function withKnex<T>(address: Address, work: (knex: Knex) => Promise<T>): Promise<T> {
  const knex = knexLibrary.knex(knexConfig(address))
  try {
    return await work(knex)
  } finally {
    await knex.destroy()
  }
}
