import fastify from 'fastify'
import { z } from 'zod'
import { listening } from '../listening.js'
import { userZodSchemas } from '../users/user-zod-schemas.js'
import { addUsers, listen } from './fastify-users.js'

void listening(async () => {
  const app = fastify({ logger: false })
  app.setValidatorCompiler<z.ZodType>(({ schema }) => (data) => {
    const { success, data: value, error } = schema.safeParse(data)
    return success ? { value } : { error }
  })
  // Unlike ModKit, nobody makes a number of the text before zod sees it.
  addUsers(app, { params: z.object({ id: z.coerce.number().int().min(1) }), newUser: userZodSchemas.newUser })
  return listen(app)
})
