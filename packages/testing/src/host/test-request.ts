/** What a request may say beyond its path: everything that `fetch` takes, and a body that becomes JSON. */
export interface TestRequestInit extends RequestInit {
  /** Sent as JSON, in the place of `body`. */
  readonly json?: unknown
}

type Send = (path: string, init?: TestRequestInit) => Promise<Response>
type SendBody = (path: string, json?: unknown, init?: TestRequestInit) => Promise<Response>

/**
 * An HTTP client bound to the gateway of a test host; paths begin with `/`.
 *
 * ```ts
 * const created = await host.request.post('/users/v1/users', { name: 'Ada' })
 * const found = await host.request('/users/v1/users?limit=1', { headers: { authorization: 'Bearer ada' } })
 * ```
 */
export interface TestRequest extends Send {
  readonly get: Send
  readonly delete: Send
  /** A body other than `undefined` is sent as JSON. */
  readonly post: SendBody
  readonly put: SendBody
  readonly patch: SendBody
}

/** @param address where the gateway listens now; throws where it does not */
export function createTestRequest(address: () => string): TestRequest {
  const send: Send = async (path, init = {}) => fetch(new URL(path, address()), withJson(init))
  const sending =
    (method: string): Send =>
    (path, init) =>
      send(path, { ...init, method })
  const sendingBody =
    (method: string): SendBody =>
    (path, json, init) =>
      send(path, { ...init, method, ...(json !== undefined && { json }) })
  return Object.assign(send.bind(undefined), {
    get: sending('GET'),
    delete: sending('DELETE'),
    post: sendingBody('POST'),
    put: sendingBody('PUT'),
    patch: sendingBody('PATCH'),
  })
}

function withJson({ json, ...init }: TestRequestInit): RequestInit {
  if (json === undefined) return init
  const headers = new Headers(init.headers)
  if (!headers.has('content-type')) headers.set('content-type', 'application/json')
  return { ...init, headers, body: JSON.stringify(json) }
}
