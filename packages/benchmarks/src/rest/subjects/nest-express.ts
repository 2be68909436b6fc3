import { ExpressAdapter } from '@nestjs/platform-express'
import { serveNest } from './nest-serve.js'

void serveNest(new ExpressAdapter())
