import { setImmediate as nextTurn } from 'node:timers/promises'
import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { isPromiseLike } from '../src/time/deadline.js'
import { unavailableClient } from '../src/host/assembly/unavailable-client.js'

interface Mail {
  (to: string): Promise<void>
  send(to: string): Promise<void>
}

// The stand-in has whatever its caller looks for.
const mail = (): Mail => unavailableClient('mail', 'mailer') as Mail

describe('a client that is unavailable', () => {
  test('rejects every call, of its methods and of itself', async () => {
    const unavailable = { code: 'CLIENT_UNAVAILABLE', details: { client: 'mail', module: 'mailer' } }
    await expect(mail().send('x')).rejects.toMatchObject(unavailable)
    await expect(mail()('x')).rejects.toMatchObject(unavailable)
  })

  test('does not end the process when nobody waits for a call', async () => {
    const unhandled: unknown[] = []
    const listener = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', listener)
    void mail().send('x')
    await nextTurn()
    process.off('unhandledRejection', listener)
    expect(unhandled).toEqual([])
  })

  test('can be logged, compared and written into a text, and is no promise', async () => {
    const client = mail()
    expect(JSON.stringify({ client })).toBe('{}')
    expect(String(client)).toBe('[unavailable client "mail"]')
    expect(client.valueOf()).toBe(client)
    expect(() => inspect(client, { showProxy: false })).not.toThrow()
    expect(client.constructor).toBe(Function)
    expect(isPromiseLike(client)).toBe(false)
    await expect(Promise.resolve(client)).resolves.toBe(client)
    expect(['send' in client, 'then' in client]).toEqual([true, false])
  })
})
