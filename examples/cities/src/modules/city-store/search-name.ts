import { Buffer } from 'node:buffer'

/** Letters that Unicode does not take apart, although people type them as others. */
const PLAIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
}

/** A name as it is searched for: in small letters, without diacritics and quotes. `Zürich` and `ZURICH` are one. */
export function searchName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[\p{M}'’‘`]/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => PLAIN[letter] ?? letter)
}

/** A name as it is stored to be found: bytes, which every engine sorts alike. */
export function searchKey(name: string): Buffer {
  return Buffer.from(searchName(name))
}

/** No text has this byte: it sorts after everything that begins like the key it is appended to. */
const AFTER = Buffer.from([0xff])

/** The keys of all names that begin like this: the first of them, and where they are over. */
export function keysFrom(prefix: string): readonly [from: Buffer, until: Buffer] {
  const from = searchKey(prefix)
  return [from, Buffer.concat([from, AFTER])]
}
