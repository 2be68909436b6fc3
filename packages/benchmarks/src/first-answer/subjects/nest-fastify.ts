import { FastifyAdapter } from '@nestjs/platform-fastify'
import { serveNest } from './nest.js'

void serveNest(new FastifyAdapter())
