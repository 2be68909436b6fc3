import type { CallOptions } from '../service/call-context.js'
import { CallCourse } from './call-course.js'
import type { CallSite } from './call-site.js'
import type { Line } from './line.js'
import { ResponseStream, type ReadCall } from './response-stream.js'

/** A method as its callers see it. */
export type ClientMethod = (request: unknown, options?: CallOptions) => unknown

const asTheyAre = (bytes: unknown): Buffer => bytes as Buffer
const ignore = (): void => undefined

/** The method of a client for a method of a service in another process. */
export function remoteMethod(site: CallSite, line: Line): ClientMethod {
  if (!site.method.responseStream) return (request, options = {}) => ask(site, line, { request, options })
  return (request, { signal, ...options } = {}) => {
    // The call is made when somebody reads; its time counts from here.
    const deadline = site.deadlineOf(options)
    return new ResponseStream(() => receive(site, line, { request, options: { signal, deadline } }))
  }
}

interface Asked {
  /** One request, or an iterable of them. */
  readonly request: unknown
  readonly options: CallOptions
}

/** One response to one request or to a stream of them. */
function ask(site: CallSite, line: Line, { request, options }: Asked): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const course = new CallCourse(site, line, options)
    const answer = (failure: unknown, response: unknown): void => {
      course.end()
      if (!failure) resolve(site.answersNothing ? undefined : response)
      else reject(course.errorOf(failure))
    }
    const { path, responseDeserialize, requestStream } = site.method
    if (requestStream) {
      const client = line.client()
      const metadata = line.metadata()
      const call = client.makeClientStreamRequest(
        path,
        asTheyAre,
        responseDeserialize,
        metadata,
        course.options,
        answer,
      )
      call.on('error', ignore)
      course.begin(call)
      course.send(call, request)
      return
    }
    const bytes = site.encode(request)
    const client = line.client()
    const metadata = line.metadata()
    course.begin(client.makeUnaryRequest(path, asTheyAre, responseDeserialize, bytes, metadata, course.options, answer))
  })
}

/** A stream of responses to one request or to a stream of them. */
function receive(site: CallSite, line: Line, { request, options }: Asked): ReadCall {
  const course = new CallCourse(site, line, options)
  const { path, responseDeserialize, requestStream } = site.method
  const client = line.client()
  const metadata = line.metadata()
  const read = (call: ReadCall['call']): ReadCall => {
    course.begin(call)
    return {
      call,
      isGivenUp: () => course.isGivenUp(),
      errorOf: (failure) => course.errorOf(failure),
      onEnd: () => course.end(),
    }
  }
  if (requestStream) {
    const call = client.makeBidiStreamRequest(path, asTheyAre, responseDeserialize, metadata, course.options)
    const reading = read(call)
    course.send(call, request)
    return reading
  }
  const bytes = site.encode(request)
  return read(client.makeServerStreamRequest(path, asTheyAre, responseDeserialize, bytes, metadata, course.options))
}
