import 'reflect-metadata'
import { Body, Controller, Get, NotFoundException, Param, ParseIntPipe, Post } from '@nestjs/common'
import { IsEmail, IsIn, IsInt, IsNumber, IsString, Length, Max, Min } from 'class-validator'
import { limits, roles, userStore, type NewUser, type Role, type User } from '../users/users.js'

/** The body as NestJS has it validated: a class, whose fields bear the rules. */
class CreateUser implements NewUser {
  declare readonly name: string
  declare readonly email: string
  declare readonly age: number
  declare readonly role: Role
  declare readonly balance: number
}

/** Decorators are called by hand: this package compiles to standard JavaScript, and NestJS's are of the older kind. */
function decorate(field: keyof NewUser, ...decorators: readonly PropertyDecorator[]): void {
  for (const decorator of decorators) decorator(CreateUser.prototype, field)
}

decorate('name', IsString(), Length(1, limits.nameLength))
decorate('email', IsEmail())
decorate('age', IsInt(), Min(0), Max(limits.age))
decorate('role', IsIn(roles))
decorate('balance', IsNumber(), Min(0), Max(limits.balance))

export class UsersController {
  find(id: number): User {
    const user = userStore.find(id)
    if (user === undefined) throw new NotFoundException()
    return user
  }

  list(): readonly User[] {
    return userStore.list()
  }

  create(body: CreateUser): User {
    return userStore.create(body)
  }
}

function route(name: 'find' | 'list' | 'create', decorator: MethodDecorator): void {
  const { prototype } = UsersController
  decorator(prototype, name, Object.getOwnPropertyDescriptor(prototype, name) ?? {})
}

route('find', Get(':id'))
route('list', Get())
route('create', Post())
Param('id', ParseIntPipe)(UsersController.prototype, 'find', 0)
Body()(UsersController.prototype, 'create', 0)
// What the compiler would have written: without it the pipe does not know what to validate.
Reflect.defineMetadata('design:paramtypes', [CreateUser], UsersController.prototype, 'create')
Controller('users/v1/users')(UsersController)
