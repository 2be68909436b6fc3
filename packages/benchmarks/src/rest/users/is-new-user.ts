import { limits, roles, type NewUser } from './users.js'

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

/** The schema by hand, for subjects that have no schemas. */
export function isNewUser(value: unknown): value is NewUser {
  if (typeof value !== 'object' || value === null) return false
  const { name, email, age, role, balance } = value as Partial<Record<keyof NewUser, unknown>>
  return (
    typeof name === 'string' &&
    name.length > 0 &&
    name.length <= limits.nameLength &&
    typeof email === 'string' &&
    EMAIL.test(email) &&
    Number.isInteger(age) &&
    isWithin(age, limits.age) &&
    isWithin(balance, limits.balance) &&
    roles.some((known) => known === role)
  )
}

function isWithin(value: unknown, most: number): boolean {
  return typeof value === 'number' && value >= 0 && value <= most
}
