import { USER_COUNT, type NewUser } from './users/users.js'

export const workloadNames = ['get', 'post', 'list'] as const

export type WorkloadName = (typeof workloadNames)[number]

/** One kind of request, sent again and again. */
export interface Workload {
  readonly title: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: object
}

const USERS_PATH = '/users/v1/users'

const newUser: NewUser = {
  name: 'Ada Lovelace',
  email: 'ada.lovelace@example.com',
  age: 36,
  role: 'editor',
  balance: 1_234.5,
}

export const workloads: Readonly<Record<WorkloadName, Workload>> = {
  get: { title: 'GET one user', method: 'GET', path: `${USERS_PATH}/42` },
  post: { title: 'POST a user, validated', method: 'POST', path: USERS_PATH, body: newUser },
  list: { title: `GET ${String(USER_COUNT)} users`, method: 'GET', path: USERS_PATH },
}

/** Where the page comes from that sends the requests: what concerns origins then has something to do. */
export const ORIGIN = 'https://app.example'

/** Headers that every request bears, as a script in a browser would send them. */
const HEADERS = {
  accept: 'application/json',
  'accept-language': 'en',
  origin: ORIGIN,
  'user-agent': 'modkit-bench',
}

/** The request as bytes that are sent without further ado. */
export function requestBytes({ method, path, body }: Workload): Buffer {
  const payload = body === undefined ? '' : JSON.stringify(body)
  const described =
    body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }
  const headers = Object.entries({ host: '127.0.0.1', connection: 'keep-alive', ...HEADERS, ...described })
  const lines = [`${method} ${path} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${payload}`)
}

/**
 * Asks for everything once, what is not legal included.
 *
 * @throws Error for a subject that does not do what all do
 */
export async function assertServes(port: number): Promise<void> {
  const { get, post, list } = workloads
  const address = `http://127.0.0.1:${String(port)}`
  assertUser(await ask(address, get, 200), 42)
  assertUser(await ask(address, post, 201), USER_COUNT + 1, newUser)
  const users = await ask(address, list, 200)
  if (!Array.isArray(users) || users.length !== USER_COUNT) throw new Error(`Not the list: ${JSON.stringify(users)}`)
  users.forEach((user, index) => assertUser(user, index + 1))
  for (const wrong of wrongUsers) await assertRefused(address, { ...post, body: wrong })
  await assertRefused(address, { ...get, path: `${USERS_PATH}/none` })
  await assertRefused(address, { ...get, path: `${USERS_PATH}/0` })
}

const wrongUsers: readonly object[] = [
  { ...newUser, name: '' },
  { ...newUser, email: 'nobody' },
  { ...newUser, age: 36.5 },
  { ...newUser, role: 'owner' },
  { ...newUser, balance: -1 },
  { name: newUser.name },
]

async function send(address: string, { method, path, body }: Workload): Promise<Response> {
  const described = body === undefined ? {} : { 'content-type': 'application/json' }
  const payload = body === undefined ? null : JSON.stringify(body)
  return fetch(address + path, { method, headers: { ...HEADERS, ...described }, body: payload })
}

async function ask(address: string, workload: Workload, status: number): Promise<unknown> {
  const response = await send(address, workload)
  const text = await response.text()
  if (response.status !== status) throw new Error(`${workload.title}: ${String(response.status)} ${text}`)
  return JSON.parse(text)
}

async function assertRefused(address: string, workload: Workload): Promise<void> {
  const response = await send(address, workload)
  const text = await response.text()
  if (response.status >= 400 && response.status < 500) return
  throw new Error(`Not refused: ${JSON.stringify(workload)}: ${String(response.status)} ${text}`)
}

const FIELDS = ['id', 'name', 'email', 'age', 'active', 'role', 'createdAt', 'balance']

function assertUser(user: unknown, id: number, expected: Partial<NewUser> = {}): void {
  const got = user as Readonly<Record<string, unknown>>
  const known = Object.entries({ id, ...expected }).every(([name, value]) => got[name] === value)
  if (!known || Object.keys(got).join() !== FIELDS.join()) throw new Error(`Not the user: ${JSON.stringify(user)}`)
}
