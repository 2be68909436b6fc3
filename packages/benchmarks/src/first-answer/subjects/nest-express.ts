import { ExpressAdapter } from '@nestjs/platform-express'
import { serveNest } from './nest.js'

void serveNest(new ExpressAdapter())
