import { FastifyAdapter } from '@nestjs/platform-fastify'
import { serveNest } from './nest-serve.js'

void serveNest(new FastifyAdapter())
