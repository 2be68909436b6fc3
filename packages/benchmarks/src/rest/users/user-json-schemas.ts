import { limits, roles } from './users.js'

const userProperties = {
  id: { type: 'integer' },
  name: { type: 'string' },
  email: { type: 'string' },
  age: { type: 'integer' },
  active: { type: 'boolean' },
  role: { type: 'string', enum: roles },
  createdAt: { type: 'string', format: 'date-time' },
  balance: { type: 'number' },
}

const user = { type: 'object', properties: userProperties, required: Object.keys(userProperties) }

/** The schemas of ModKit and Fastify, in JSON Schema that both read the same way. */
export const userJsonSchemas = {
  params: {
    type: 'object',
    properties: { id: { type: 'integer', minimum: 1 } },
    required: ['id'],
  },
  newUser: {
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 1, maxLength: limits.nameLength },
      email: { type: 'string', format: 'email' },
      age: { type: 'integer', minimum: 0, maximum: limits.age },
      role: { type: 'string', enum: roles },
      balance: { type: 'number', minimum: 0, maximum: limits.balance },
    },
    required: ['name', 'email', 'age', 'role', 'balance'],
  },
  user,
  users: { type: 'array', items: user },
} as const
