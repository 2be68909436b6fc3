import { z } from 'zod'
import { limits, roles } from './users.js'

const user = z.object({
  id: z.int(),
  name: z.string(),
  email: z.string(),
  age: z.int(),
  active: z.boolean(),
  role: z.enum(roles),
  createdAt: z.iso.datetime(),
  balance: z.number(),
})

/** The same as `userJsonSchemas`, in zod. */
export const userZodSchemas = {
  params: z.object({ id: z.int().min(1) }),
  newUser: z.object({
    name: z.string().min(1).max(limits.nameLength),
    email: z.email(),
    age: z.int().min(0).max(limits.age),
    role: z.enum(roles),
    balance: z.number().min(0).max(limits.balance),
  }),
  user,
  users: z.array(user),
}
