import { catalogue } from '@modkit/core/spi'

/** What an error of the catalogue says, with the names of its details in place of their values: `Module "<module>" …`. */
export function generalText(code: keyof typeof catalogue): { readonly message: string; readonly hint: string } {
  // A placeholder is whatever an entry takes it for.
  const { message, hint } = catalogue[code].describe(placeholders() as never)
  return { message: tidy(message), hint: tidy(hint ?? '') }
}

/** Details of which every one is there, as a text with its name. */
function placeholders(): object {
  const isText = (key: string | symbol): key is string => typeof key === 'string' && !RARE.includes(key)
  return new Proxy({}, { get: (_, key) => (isText(key) ? placeholder(key) : undefined) })
}

/** Details that are there only in the rarer case. */
const RARE = ['disabled', 'placement']

/** A value that is a text where one is wanted, a list of one where that is, and an object of such values else. */
function placeholder(name: string): unknown {
  const text = `<${name}>`
  const list = [text]
  return new Proxy(list, {
    get(target, key) {
      if (key === Symbol.toPrimitive || key === 'toString') return () => text
      if (key === 'length') return 1
      if (key === 'map') return (each: (item: unknown) => unknown) => [each(placeholder(name))]
      if (key in target) {
        const value: unknown = Reflect.get(target, key)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      }
      return typeof key === 'string' ? placeholder(key) : undefined
    },
  })
}

function tidy(text: string): string {
  return text.replaceAll(/ +/g, ' ').trim()
}
