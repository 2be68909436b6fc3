import { listening } from '../listening.js'
import { userZodSchemas } from '../users/user-zod-schemas.js'
import { bare } from './modkit-pipelines.js'
import { serveModkit } from './modkit-users.js'

void listening(() => serveModkit(userZodSchemas, bare))
