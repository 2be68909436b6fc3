import type { ReplyHeaders } from '@modkit/core'
import { assertHeader } from './assert-header.js'
import type { HeaderList } from './security-headers.js'

/** Says by which request headers an answer varies; what others say of it stays true. */
const VARY = 'vary'

const LENGTH = 'content-length'
const CODING = 'transfer-encoding'

/**
 * Three lists as one. Made in one piece: one that grows leaves a smaller copy of itself behind each time, with every request, and
 * `concat` costs more than all the rest of a head.
 */
export function joined(first: HeaderList, second: HeaderList, third: HeaderList): string[] {
  const list = new Array<string>(first.length + second.length + third.length)
  let at = 0
  for (const text of first) list[at++] = text
  for (const text of second) list[at++] = text
  for (const text of third) list[at++] = text
  return list
}

/**
 * The list with headers of a reply in place of those of the same name; a list of values becomes several headers.
 *
 * What is `undefined` is left out, which the types forbid and plain JavaScript does not: nobody means it as a text.
 *
 * How long a body is, and how it is cut, is said by who sends it: a reply that hands on what another server has said of its own
 * would make the client take the rest of this answer for the next.
 *
 * @throws TypeError for a header that cannot be sent
 */
export function headerList(list: HeaderList, headers: ReplyHeaders): string[] {
  const given = headersWithValue(headers)
  if (given.length === 0) return [...list]
  const names = new Set(given.map(([name]) => name.toLowerCase()))
  const framing = new Set([CODING])
  const kept: string[] = []
  for (let at = 0; at < list.length; at += 2) {
    const name = list[at] ?? ''
    if (name === LENGTH) framing.add(LENGTH)
    if (name === VARY || name === LENGTH || !names.has(name)) kept.push(name, list[at + 1] ?? '')
  }
  for (const [name, value] of given)
    if (!framing.has(name.toLowerCase())) for (const one of valuesOf(value)) pushHeader(kept, name, String(one))
  return kept
}

function pushHeader(list: string[], name: string, value: string): void {
  assertHeader(name, value)
  list.push(name, value)
}

function headersWithValue(headers: ReplyHeaders): readonly (readonly [string, ReplyHeaders[string]])[] {
  return Object.entries(headers).filter(([, value]) => (value as unknown) !== undefined)
}

function valuesOf(value: unknown): readonly unknown[] {
  return [value].flat().filter((one) => one !== undefined)
}

/** Whether a reply says how long its body is. */
export function namesLength(headers: ReplyHeaders): boolean {
  return headersWithValue(headers).some(([name]) => name.toLowerCase() === LENGTH)
}
