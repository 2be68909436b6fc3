import { expect, test } from '@jest/globals'
import { reply, replyKind, sse, sseEvent, stream } from './reply.js'

test('each kind of reply is told apart from a plain body', () => {
  const made = [reply(201, 'x'), stream([], 'text/plain'), sse([]), sseEvent({ data: 1 })]
  expect(made.map(replyKind)).toEqual(['reply', 'stream', 'sse', 'sse-event'])
  expect([undefined, null, 'reply', { status: 200, body: 1 }].map(replyKind)).toEqual(Array(4).fill(undefined))
})

test('a stream answers 200 unless it says otherwise', () => {
  expect(stream([], 'text/plain').status).toBe(200)
  expect(stream([], 'text/plain', { status: 206 }).status).toBe(206)
})

test('a reply without a body has no headers of its own', () => {
  expect(reply(204)).toMatchObject({ status: 204, body: undefined, headers: {} })
})
