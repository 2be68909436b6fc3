/** Any class, also one with a private or protected constructor's parameters that we do not know. */
export type Constructor<T = object> = abstract new (...args: never[]) => T

/** A class that bears `@Module` or went through `defineModule`. */
export type ModuleClass<T = object> = Constructor<T>
