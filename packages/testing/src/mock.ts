import type { Injected, Token } from '@modkit/core'

/** What may stand in for a `T` in a test: as much of it as the test needs. */
export type Fake<T> = unknown extends T
  ? unknown
  : T extends (...args: never[]) => unknown
    ? T
    : T extends object
      ? Partial<T>
      : T

/** A fake and the token that it stands in for; made by {@link mock}. */
export interface Mock {
  readonly token: Token
  readonly value: unknown
}

/** A stand-in for a provider, checked against the type behind its token: `mock(Mailer, { send: jest.fn() })`. */
export function mock<K extends Token>(token: K, fake: Fake<NoInfer<Injected<K>>>): Mock {
  return { token, value: fake }
}
