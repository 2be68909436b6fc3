/** A text of the environment read as something else; `undefined` where it cannot be. */
export type TextReading = (text: string) => unknown

export const readNumber: TextReading = (text) => {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) ? number : undefined
}

export const readBoolean: TextReading = (text) => {
  const word = text.trim().toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : undefined
}

/** Lists, maps and `null`; scalars have readings of their own. */
export const readJson: TextReading = (text) => {
  if (!/^\s*[[{n]/.test(text)) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    // Not JSON, so it stays a text.
    return undefined
  }
}
