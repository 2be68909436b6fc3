import type { FastifyInstance } from 'fastify'
import { userJsonSchemas } from '../users/user-json-schemas.js'
import { userStore, type NewUser, type UserParams } from '../users/users.js'

const { params, newUser, user, users } = userJsonSchemas

/** What validates what Fastify is sent: JSON Schemas, or whatever its validator compiler understands. */
export interface InputSchemas {
  readonly params: unknown
  readonly newUser: unknown
}

/** The three routes of the Fastify subjects. */
export function addUsers(app: FastifyInstance, input: InputSchemas = { params, newUser }): void {
  const path = '/users/v1/users'
  app.get<{ Params: UserParams }>(
    `${path}/:id`,
    { schema: { params: input.params, response: { 200: user } } },
    (request, reply) => userStore.find(request.params.id) ?? reply.code(404).send({ error: 'no such user' }),
  )
  app.get(path, { schema: { response: { 200: users } } }, () => userStore.list())
  app.post<{ Body: NewUser }>(path, { schema: { body: input.newUser, response: { 201: user } } }, (request, reply) => {
    reply.code(201)
    return userStore.create(request.body)
  })
}

/** Listens on any free port, and says which. */
export async function listen(app: FastifyInstance): Promise<number> {
  return Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
}
