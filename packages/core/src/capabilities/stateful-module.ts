/** Capability `stateful`: the module does something while the host runs. */
export interface StatefulModule {
  /**
   * Begin, and resolve when the module does its work. Rejecting ends the start of the host.
   *
   * @param signal the root signal: aborts when shutdown begins
   */
  start(signal: AbortSignal): void | Promise<void>
  /**
   * Finish what is in flight, then let go. Called in the exact reverse of the start order.
   *
   * @param deadline aborts when the module's time is up: then drop everything, within one second
   */
  stop(deadline: AbortSignal): void | Promise<void>
}
