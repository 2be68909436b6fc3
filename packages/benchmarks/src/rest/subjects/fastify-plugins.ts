import { randomUUID } from 'node:crypto'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import fastify, { type FastifyInstance } from 'fastify'
import { listening } from '../listening.js'
import { ORIGIN } from '../workloads.js'
import { addUsers, listen } from './fastify-users.js'
import { nullLine } from './null-line.js'

const LEGAL_REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/

/** What ModKit's gateway has in it, of the plugins that a careful user of Fastify would take. */
async function addPipeline(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] }, useDefaults: false },
  })
  await app.register(cors, { origin: [ORIGIN] })
  await app.register(rateLimit, { max: 1_000_000_000, timeWindow: '1 second' })
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    nullLine({
      level: 'info',
      time: Date.now(),
      message: 'request',
      requestId: request.id,
      method: request.method,
      path: request.url,
      route: request.routeOptions.url,
      status: reply.statusCode,
      durationMs: reply.elapsedTime,
      userAgent: request.headers['user-agent'],
      ip: request.ip,
    })
    done()
  })
}

void listening(async () => {
  const app = fastify({
    logger: false,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id']
      return typeof given === 'string' && LEGAL_REQUEST_ID.test(given) ? given : randomUUID()
    },
  })
  await addPipeline(app)
  addUsers(app)
  return listen(app)
})
