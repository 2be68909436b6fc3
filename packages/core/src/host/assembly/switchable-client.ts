/** A client that can be taken away from those who hold it. */
export interface SwitchableClient {
  /** Stands for the real client. */
  readonly client: unknown
  /** From now on whatever is asked of `client`, and of methods taken out of it before, goes to `standIn`. */
  replace(standIn: object): void
}

type Callable = (...args: readonly unknown[]) => unknown

/**
 * Wraps a client so that it can be replaced behind the backs of those who hold it. Methods run with the real client as
 * `this`, so its private fields work.
 *
 * A client that is no object cannot be replaced, and stays what it is.
 */
export function switchableClient(real: unknown): SwitchableClient {
  if (!isObject(real)) return { client: real, replace: () => undefined }
  const place: Place = { real, current: real, client: real, methods: new WeakMap() }
  // The proxy answers for `current`, which changes; so what it wraps is an empty thing of the same kind.
  place.client = new Proxy(typeof real === 'function' ? () => undefined : {}, handlerOf(place))
  return { client: place.client, replace: (standIn) => void (place.current = standIn) }
}

interface Place {
  readonly real: object
  current: object
  client: object
  /** The same method each time, so that it can be compared. */
  readonly methods: WeakMap<Callable, Callable>
}

function handlerOf(place: Place): ProxyHandler<object> {
  return {
    get(_target, property) {
      const value: unknown = Reflect.get(place.current, property, place.current)
      return isCallable(value) && place.current === place.real ? method(place, property, value) : value
    },
    set: (_target, property, value) => Reflect.set(place.current, property, value, place.current),
    has: (_target, property) => Reflect.has(place.current, property),
    apply: (_target, thisArgument, args) => Reflect.apply(place.current as Callable, thisArgument, args),
    getPrototypeOf: () => Reflect.getPrototypeOf(place.current),
    ownKeys: () => Reflect.ownKeys(place.current),
    getOwnPropertyDescriptor(_target, property) {
      const descriptor = Reflect.getOwnPropertyDescriptor(place.current, property)
      // What the empty thing does not have, a proxy may only show as configurable.
      return descriptor && { ...descriptor, configurable: true }
    },
  }
}

function method(place: Place, property: string | symbol, real: Callable): Callable {
  const known = place.methods.get(real)
  if (known) return known
  const made = new Proxy(real, {
    apply(_target, thisArgument: unknown, args) {
      const { client, current } = place
      const called: unknown = current === place.real ? real : Reflect.get(current, property, current)
      return Reflect.apply(called as Callable, thisArgument === client ? current : thisArgument, args)
    },
  })
  place.methods.set(real, made)
  return made
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function isCallable(value: unknown): value is Callable {
  return typeof value === 'function'
}
