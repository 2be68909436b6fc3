import { listening } from '../listening.js'
import { userModkitSchemas } from '../users/user-modkit-schemas.js'
import { whole } from './modkit-pipelines.js'
import { serveModkit } from './modkit-users.js'

void listening(() => serveModkit(userModkitSchemas, whole))
