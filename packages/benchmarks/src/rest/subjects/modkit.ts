import { defineModule, type ModuleClass, type ModuleCtx, type RestApi } from '@modkit/core'
import { listening } from '../listening.js'
import { userModkitSchemas } from '../users/user-modkit-schemas.js'
import { userStore } from '../users/users.js'
import { bare } from './modkit-pipelines.js'
import { serveModkit } from './modkit-users.js'

/** Operations that nobody asks for, as many as the program is told to have: ten to a resource, each with schemas. */
function idleModule(count: number): ModuleClass {
  const { params, newUser, user } = userModkitSchemas
  class Idle {
    registerRest(_ctx: ModuleCtx, rest: RestApi): void {
      for (let index = 0; index < count; index++) {
        const path = `/idle/v1/resource-${String(Math.floor(index / 10))}/action-${String(index % 10)}` as const
        rest
          .post(`${path}/{id}`)
          .public()
          .params(params)
          .body(newUser)
          .response(200, user)
          .handle(({ body }) => userStore.create(body))
      }
    }
  }
  return defineModule({ name: 'idle', capabilities: ['rest'] }, Idle)
}

void listening(() => {
  const besides = Number(process.argv[2] ?? 0)
  return serveModkit(userModkitSchemas, { ...bare, besides: besides > 0 ? [idleModule(besides)] : [] })
})
