import { jsonSchema } from '@modkit/gateway'
import { listening } from '../listening.js'
import { userJsonSchemas } from '../users/user-json-schemas.js'
import type { NewUser, User, UserParams } from '../users/users.js'
import { serveModkit, type UserSchemas } from './modkit-users.js'

const { params, newUser, user, users } = userJsonSchemas

const schemas: UserSchemas = {
  params: jsonSchema<UserParams>(params),
  newUser: jsonSchema<NewUser>(newUser),
  user: jsonSchema<User>(user),
  users: jsonSchema<readonly User[]>(users),
}

void listening(() => serveModkit(schemas))
