import { expect, test } from '@jest/globals'
import { sendAll, type MessageSink } from './message-streams.js'

/** Takes 16 messages, and has drained before the event loop turns. */
function hastySink(): MessageSink {
  let taken = 0
  return {
    write: () => ++taken % 16 !== 0,
    once: (_event, listener) => process.nextTick(listener),
  }
}

test('a source that never waits, and a call that drains at once, let the event loop hear that the call is over', async () => {
  const over = new AbortController()
  function* endless(): Generator<number> {
    for (let i = 0; i < 100_000; i++) yield i
    throw new Error('The event loop has heard nothing.')
  }
  setImmediate(() => over.abort(new Error('over')))
  await expect(sendAll(hastySink(), endless(), { signal: over.signal })).rejects.toThrow('over')
})
