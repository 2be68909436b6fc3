import type { AddressInfo } from 'node:net'
import express, { type Response } from 'express'
import { listening } from '../listening.js'
import { isNewUser } from '../users/is-new-user.js'
import { userStore } from '../users/users.js'

const app = express()
app.use(express.json())

app.get('/users/v1/users/:id', ({ params }, response) => {
  const id = Number(params.id)
  const user = userStore.find(id)
  if (!Number.isInteger(id) || id < 1) refuse(response, 400, 'the id is a whole number above 0')
  else if (user) response.json(user)
  else refuse(response, 404, 'no such user')
})

app.get('/users/v1/users', (_request, response) => {
  response.json(userStore.list())
})

app.post('/users/v1/users', (request, response) => {
  const body: unknown = request.body
  if (isNewUser(body)) response.status(201).json(userStore.create(body))
  else refuse(response, 422, 'not a user')
})

function refuse(response: Response, status: number, error: string): void {
  response.status(status).json({ error })
}

void listening(
  () =>
    new Promise((resolve, reject) => {
      const server = app.listen(0, '127.0.0.1', (error) => {
        if (error) reject(error)
        // Bound to host and port, the server's address is an object.
        else resolve((server.address() as AddressInfo).port)
      })
    }),
)
