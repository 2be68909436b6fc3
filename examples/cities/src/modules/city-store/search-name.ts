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

/** Sorts after every name that begins like the text it is appended to. */
export const AFTER_PREFIX = '\u{10FFFF}'
