import { expect, test } from '@jest/globals'
import { AnswerReader } from './answer-reader.js'

const answer = (body: string, status = '200 OK'): string =>
  `HTTP/1.1 ${status}\r\nX-Request-Id: 1\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`

/** Which of the pieces completed an answer. */
function completed(pieces: readonly string[]): boolean[] {
  const reader = new AnswerReader()
  return pieces.map((piece) => reader.take(Buffer.from(piece.padEnd(500, '#')), piece.length))
}

test('an answer is complete with its last byte, however it comes', () => {
  const whole = answer('{"id":1}')
  expect(completed([whole, whole])).toEqual([true, true])
  expect(completed([...whole])).toEqual([...Array<boolean>(whole.length - 1).fill(false), true])
  for (let cut = 1; cut < whole.length; cut++)
    expect(completed([whole.slice(0, cut), whole.slice(cut)])).toEqual([false, true])
  expect(completed([answer('')])).toEqual([true])
})

test('answers of one connection may differ in length', () => {
  const [short, long] = [answer('{}'), answer('{"name":"longer"}')]
  expect(completed([short, long, long, short, long.slice(0, 30), long.slice(30), short])).toEqual([
    true,
    true,
    true,
    true,
    false,
    true,
    true,
  ])
})

test('what is no success is an error that shows the answer, also where it is as long as the last success', () => {
  const failed = answer('no', '500 No')
  expect(failed).toHaveLength(answer('{}').length)
  expect(() => completed([answer('{}'), failed])).toThrow('HTTP/1.1 500 No')
  expect(() => completed([answer('slow down', '429 Too Many Requests')])).toThrow('slow down')
})

test('an answer whose end cannot be told, and more than one answer, are errors', () => {
  expect(() => completed(['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'])).toThrow('without a length')
  expect(() => completed([answer('{}') + answer('{}')])).toThrow('more than the one answer')
})
