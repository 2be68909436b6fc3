/** How far an instance has come, as whoever hears from it can tell. */
export type ChildStep = 'connected' | 'registered' | 'ready' | 'draining'

/** An instance that is about to be spawned. */
export interface AnnouncedChild {
  readonly module: string
  readonly instanceId: string
  /** What the instance will show to prove that it is this one. */
  readonly token: string
}

/** Hears from children: the directory, which they register with. */
export interface ChildReadiness {
  /**
   * Tells `listener` how far an instance comes, from before it is spawned until the returned function is called. A step
   * back is told as well: `registered` after `ready` says that the instance should not be called for the time being.
   */
  follow(child: AnnouncedChild, listener: (step: ChildStep) => void): () => void
}
