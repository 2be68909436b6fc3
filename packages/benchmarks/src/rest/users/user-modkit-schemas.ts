import { jsonSchema } from '@modkit/gateway'
import { userJsonSchemas } from './user-json-schemas.js'
import type { NewUser, User, UserParams } from './users.js'

const { params, newUser, user, users } = userJsonSchemas

/** The JSON Schemas as ModKit takes them. */
export const userModkitSchemas = {
  params: jsonSchema<UserParams>(params),
  newUser: jsonSchema<NewUser>(newUser),
  user: jsonSchema<User>(user),
  users: jsonSchema<readonly User[]>(users),
}
