import type { CallOptions } from '../service/call-context.js'
import { CallCourse } from './call-course.js'
import type { CallSite } from './call-site.js'
import type { Line } from './line.js'
import { ResponseStream, type ReadCall } from './response-stream.js'
import { withoutStacks } from './without-stacks.js'

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
async function ask(site: CallSite, line: Line, { request, options }: Asked): Promise<unknown> {
  const course = new CallCourse(site, line, options)
  let answer: unknown
  const failure = await new Promise<unknown>((resolve) => {
    const onEnd = (failed: unknown, response: unknown): void => {
      course.end()
      answer = response
      resolve(failed)
    }
    begin({ site, line, course, request }, onEnd)
  })
  // Made here, and not where the failure arrives: its stack names those who wait for the answer.
  if (failure) throw course.errorOf(failure)
  return site.answersNothing ? undefined : answer
}

interface Beginning {
  readonly site: CallSite
  readonly line: Line
  readonly course: CallCourse
  readonly request: unknown
}

type OnEnd = (failure: unknown, response: unknown) => void

function begin({ site, line, course, request }: Beginning, onEnd: OnEnd): void {
  const { path, responseDeserialize, requestStream } = site.method
  const bytes = requestStream ? undefined : site.encode(request)
  const client = line.client()
  const metadata = line.metadata()
  if (bytes) {
    const unary = withoutStacks(() =>
      client.makeUnaryRequest(path, asTheyAre, responseDeserialize, bytes, metadata, course.options, onEnd),
    )
    course.begin(unary)
    return
  }
  const call = withoutStacks(() =>
    client.makeClientStreamRequest(path, asTheyAre, responseDeserialize, metadata, course.options, onEnd),
  )
  call.on('error', ignore)
  course.begin(call)
  course.send(call, request)
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
