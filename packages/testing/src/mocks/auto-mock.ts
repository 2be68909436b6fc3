/** Makes one function that records its calls: `jest.fn`, `vi.fn`, `mock.fn` of `node:test`, or another tool's. */
export type CreateMockFunction = () => object

/** What tools look for to find out what a value is: answered with a mock, it would be taken for something else. */
const probes: ReadonlySet<string> = new Set(['then', 'toJSON', 'asymmetricMatch', '$$typeof', 'nodeType', 'tagName'])

export interface AutoMockOptions {
  readonly createFunction: CreateMockFunction
  /** Whose instance it passes for. */
  readonly prototype?: object | undefined
  /** Whether it can be called itself: there is no class to tell whether the real one can. */
  readonly callable?: boolean
}

/** An object whose every method is a mock, made when it is first looked at. Nothing of the real one ever runs. */
export function createAutoMock({ createFunction, prototype, callable = false }: AutoMockOptions): object {
  const target = callable ? createFunction() : (Object.create(prototype ?? Object.prototype) as object)
  const members = new Map<PropertyKey, unknown>()
  return new Proxy(target, {
    get(_target, key, receiver) {
      if (members.has(key)) return members.get(key)
      // What every object has, and what a mock function is made of, is real.
      if (key in Object.prototype || (callable && key in target)) return Reflect.get(target, key, receiver) as unknown
      if (typeof key === 'symbol' || probes.has(key) || key.startsWith('@@')) return undefined
      const member = createFunction()
      members.set(key, member)
      return member
    },
    set(_target, key, value) {
      members.set(key, value)
      return true
    },
  })
}
