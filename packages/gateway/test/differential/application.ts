import { AsyncLocalStorage } from 'node:async_hooks'
import { finished } from 'node:stream'
import express, { type Express, type Request, type Response } from 'express'

/** An Express application that does with messages what middleware does, and notes what they tell it. */
export function watchingApplication(notes: string[]): Express {
  const storage = new AsyncLocalStorage<string>()
  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.use((request, response, next) => {
    if (request.headers['x-watch'] === undefined) next()
    else
      storage.run(request.url, () =>
        watch({ request, response }, (note) => notes.push(`${note} ${String(storage.getStore())}`), next),
      )
  })
  app.all('/text', (_request, response) => void response.type('text').send('text'))
  app.all('/empty', (_request, response) => void response.status(204).end())
  app.all('/unchanged', (_request, response) => void response.status(304).end())
  app.all('/chunks', (_request, response) => {
    response.write('first')
    response.end('second')
  })
  app.all('/closing', (_request, response) => void response.set('connection', 'close').send('bye'))
  app.all('/early', (_request, response) => {
    response.writeEarlyHints({ link: '</a.css>; rel=preload' })
    response.send('late')
  })
  app.all('/trailers', (request, response) => {
    if (request.method === 'HEAD') return void response.end()
    response.set('trailer', 'x-sum').write('body')
    response.addTrailers({ 'x-sum': '4' })
    response.end()
  })
  app.all('/count', counted)
  app.all('/pipe', (request, response) => void request.pipe(response))
  app.all(
    '/json',
    express.json({ limit: '1kb' }),
    (request, response) => void response.send({ got: request.body as unknown }),
  )
  app.all('/facts', (request, response) => {
    const { method, url, httpVersion, destroyed, trailers } = request
    response.send({
      method,
      url,
      httpVersion,
      destroyed,
      trailers,
      raw: request.rawHeaders,
    })
  })
  app.use((_request, response) => void response.status(404).type('text').send('nothing'))
  return app
}

async function counted(request: Request, response: Response): Promise<void> {
  let bytes = 0
  for await (const chunk of request) bytes += (chunk as Buffer).length
  response.send({ bytes, complete: request.complete, trailers: request.trailers })
}

interface Messages {
  readonly request: Request
  readonly response: Response
}

function watch({ request, response }: Messages, note: (note: string) => void, next: () => void): void {
  for (const event of ['end', 'close', 'aborted', 'error']) request.on(event, () => note(`request ${event}`))
  for (const event of ['finish', 'close', 'error'])
    response.on(event, () =>
      note(`response ${event}, ended ${String(response.writableEnded)}, complete ${String(request.complete)}`),
    )
  finished(request, (error) => note(`request finished ${String(error?.code)}`))
  finished(response, (error) => note(`response finished ${String(error?.code)}`))
  next()
}
