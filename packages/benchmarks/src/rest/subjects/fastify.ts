import fastify from 'fastify'
import { listening } from '../listening.js'
import { addUsers, listen } from './fastify-users.js'

void listening(async () => {
  const app = fastify({ logger: false })
  addUsers(app)
  return listen(app)
})
