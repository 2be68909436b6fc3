import {
  createHost,
  defineModule,
  Problem,
  type Logger,
  type ModuleClass,
  type ModuleCtx,
  type RestApi,
  type RestSchema,
} from '@modkit/core'
import { silentLogger } from '@modkit/core/spi'
import { ApiGateway, type GatewayConfig } from '@modkit/gateway'
import { userStore, type NewUser, type User, type UserParams } from '../users/users.js'

/** The schemas of the operations, of whatever library. */
export interface UserSchemas {
  readonly params: RestSchema<UserParams>
  readonly newUser: RestSchema<NewUser>
  readonly user: RestSchema<User>
  readonly users: RestSchema<readonly User[]>
}

export interface ModkitOptions {
  readonly config?: GatewayConfig
  readonly logger?: Logger
  /** Modules beside that of the users. */
  readonly besides?: readonly ModuleClass[]
}

/** A host with the three operations; resolves to the port of its gateway. */
export async function serveModkit(schemas: UserSchemas, options: ModkitOptions = {}): Promise<number> {
  const { config, logger = silentLogger, besides = [] } = options
  const host = createHost({
    modules: [ApiGateway, usersModule(schemas), ...besides],
    config: { modules: { 'api-gateway': { config: { ...config, bind_addr: '127.0.0.1:0' } } } },
    logger,
  })
  await host.start()
  return Number(new URL(host.module(ApiGateway).address ?? '').port)
}

function usersModule({ params, newUser, user, users }: UserSchemas): ModuleClass {
  class Users {
    registerRest(_ctx: ModuleCtx, rest: RestApi): void {
      rest
        .get('/users/v1/users/{id}')
        .public()
        .params(params)
        .response(200, user)
        .handle((input) => find(input.params.id))
      rest
        .get('/users/v1/users')
        .public()
        .response(200, users)
        .handle(() => userStore.list())
      rest
        .post('/users/v1/users')
        .public()
        .body(newUser)
        .response(201, user)
        .handle(({ body }) => userStore.create(body))
    }
  }
  return defineModule({ name: 'users', capabilities: ['rest'] }, Users)
}

function find(id: number): User {
  const user = userStore.find(id)
  if (user === undefined) throw new Problem({ status: 404, title: 'Not Found' })
  return user
}
