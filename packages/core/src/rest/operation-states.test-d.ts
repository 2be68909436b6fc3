import { expectTypeOf } from 'expect-type'
import * as z from 'zod'
import type { SecurityContext } from './authenticator.js'
import type { TextQuery } from './handler-input.js'
import { reply, sse, stream } from './reply.js'
import type { OperationNeedsAuthDecision, OperationNeedsResponse, OperationParts } from './operation-states.js'
import type { RestApi } from './rest-api.js'

declare const rest: RestApi
type ShapeOf<O> = O extends OperationParts<infer S> ? S : never
const User = z.object({ id: z.uuid(), name: z.string() })

// What a handler is given follows from what was declared before it.
rest
  .get('/users/{id}')
  .operationId('users.get')
  .summary('One user')
  .tag('users')
  .authenticated('users:read')
  .params(z.object({ id: z.coerce.number() }))
  .query(z.object({ limit: z.number().default(10) }))
  .response(200, User)
  .standardErrors()
  .handle(({ params, query, body, security, signal, requestId }) => {
    expectTypeOf(params).toEqualTypeOf<{ id: number }>()
    expectTypeOf(query).toEqualTypeOf<{ limit: number }>()
    expectTypeOf(body).toEqualTypeOf<undefined>()
    expectTypeOf(security).toEqualTypeOf<SecurityContext>()
    expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
    expectTypeOf(requestId).toEqualTypeOf<string>()
    return { id: '1', name: 'Ada' }
  })

rest
  .post('/files/{folder}/{*rest}')
  .response(201, User)
  .body(User)
  .public()
  .handle(async ({ params, query, body, security }) => {
    expectTypeOf(params).toEqualTypeOf<{ readonly folder: string; readonly rest: string }>()
    expectTypeOf(query).toEqualTypeOf<TextQuery>()
    expectTypeOf(body).toEqualTypeOf<{ id: string; name: string }>()
    expectTypeOf(security).toEqualTypeOf<SecurityContext | undefined>()
    return await Promise.resolve(body)
  })

// What a handler may return follows from the declared responses.
rest
  .delete('/users/{id}')
  .public()
  .response(204)
  .handle(() => undefined)
rest
  .delete('/users/{id}')
  .public()
  .response(204)
  .handle(async () => {
    await Promise.resolve()
  })
rest
  .put('/users/{id}')
  .public()
  .response(200, User)
  .response(201, User)
  .response(404, z.object({ why: z.string() }))
  .handle(({ params }) =>
    params.id === '' ? reply(404, { why: 'unknown' }) : reply(201, { id: params.id, name: 'Ada' }, { location: '/' }),
  )
rest
  .get('/events')
  .public()
  .response(200, User, { contentType: 'text/event-stream' })
  .handle(() => sse([]))
rest
  .get('/pictures/{id}')
  .public()
  .response(200, z.string(), { contentType: 'image/png' })
  .handle(() => stream([], 'image/png'))

rest
  .get('/anything')
  .public()
  .response(200, z.any())
  .handle(() => ({ whatever: 1 }))

// A path that is not known to the compiler has parameters of any name.
declare const path: string
rest
  .get(path)
  .params(z.object({ id: z.string() }))
  .public()
  .response(204)
  .handle(({ params }) => {
    expectTypeOf(params).toEqualTypeOf<{ id: string }>()
  })

// The names of the states are what the compiler's message shows when a part is missing.
const undecided = rest.get('/a').response(200, User)
expectTypeOf(undecided).toExtend<OperationNeedsAuthDecision<ShapeOf<typeof undecided>>>()
expectTypeOf(undecided).not.toHaveProperty('handle')

const unanswered = rest.get('/a').public()
expectTypeOf(unanswered).toExtend<OperationNeedsResponse<ShapeOf<typeof unanswered>>>()
expectTypeOf(unanswered).not.toHaveProperty('handle')

// Who may call is said once.
expectTypeOf(unanswered).not.toHaveProperty('authenticated')

rest
  .get('/a/{id}')
  // @ts-expect-error the params schema has a key that the path lacks
  .params(z.object({ id: z.string(), other: z.string() }))

rest
  .get('/a/{id}/{part}')
  // @ts-expect-error the path has a parameter that the params schema lacks
  .params(z.object({ id: z.string() }))

rest
  .get('/a')
  .public()
  .response(200, User)
  // @ts-expect-error the body must be that of the one successful response
  .handle(() => ({ id: '1' }))

rest
  .get('/a')
  .public()
  .response(200, User)
  .response(202, User)
  // @ts-expect-error with two successful responses the handler must say which it means, by reply()
  .handle(() => ({ id: '1', name: 'Ada' }))

rest
  .get('/a')
  .public()
  .response(200, User)
  // @ts-expect-error a status that was not declared cannot be replied
  .handle(() => reply(418, { id: '1', name: 'Ada' }))

// @ts-expect-error a schema must be able to say its JSON Schema
rest.get('/a').query({ type: 'object' })

// A body that no one schema describes is typed by its declaration.
rest
  .post('/upload')
  .public()
  .multipart({ fields: { title: z.string(), count: z.number() }, files: { picture: {}, extra: { maxCount: 2 } } })
  .response(200, 'text/html')
  .handle(async ({ body }) => {
    for await (const part of body) {
      if (part.kind === 'file') {
        expectTypeOf(part.name).toEqualTypeOf<'picture' | 'extra'>()
        expectTypeOf(await part.bytes()).toEqualTypeOf<Uint8Array>()
      } else if (part.name === 'count') expectTypeOf(part.value).toEqualTypeOf<number>()
      else expectTypeOf(part.value).toEqualTypeOf<string>()
    }
    return '<p>done</p>'
  })
rest
  .put('/raw')
  .public()
  .bytes('image/*')
  .response(204)
  .handle(async ({ body }) => {
    expectTypeOf(body.contentType).toEqualTypeOf<string>()
    for await (const chunk of body) expectTypeOf(chunk).toEqualTypeOf<Uint8Array>()
  })
rest
  .put('/perhaps')
  .public()
  .body(User, { optional: true })
  .response(204)
  .handle(({ body }) => {
    expectTypeOf(body).toEqualTypeOf<{ id: string; name: string } | undefined>()
  })
rest
  .get('/page')
  .public()
  .response(200, 'text/html')
  // @ts-expect-error a page is a text or bytes
  .handle(() => ({ page: 1 }))
