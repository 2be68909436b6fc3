/** What all subjects answer with. */
export interface User {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly age: number
  readonly active: boolean
  readonly role: Role
  readonly createdAt: string
  readonly balance: number
}

export const roles = ['admin', 'editor', 'reader'] as const

export type Role = (typeof roles)[number]

/** What all subjects are sent. */
export interface NewUser {
  readonly name: string
  readonly email: string
  readonly age: number
  readonly role: Role
  readonly balance: number
}

export interface UserParams {
  readonly id: number
}

/** The limits of what is sent, which every subject holds up in its own way. */
export const limits = { nameLength: 100, age: 150, balance: 1_000_000 } as const

/** As many as a list has. */
export const USER_COUNT = 100

const CREATED_AT = '2026-01-15T09:30:00.000Z'

const users: readonly User[] = Array.from({ length: USER_COUNT }, (_, index) => ({
  id: index + 1,
  name: `User number ${String(index + 1)}`,
  email: `user-${String(index + 1)}@example.com`,
  age: 20 + (index % 60),
  active: index % 3 !== 0,
  role: roles[index % roles.length] ?? 'reader',
  createdAt: CREATED_AT,
  balance: index * 10 + 0.25,
}))

/** The handlers' work, the same for all: it costs next to nothing, so that what is measured lies around it. */
export const userStore = {
  find: (id: number): User | undefined => users[id - 1],
  list: (): readonly User[] => users,
  create: ({ name, email, age, role, balance }: NewUser): User => ({
    id: USER_COUNT + 1,
    name,
    email,
    age,
    active: true,
    role,
    createdAt: CREATED_AT,
    balance,
  }),
}
