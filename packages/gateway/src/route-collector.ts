import { isHostError, type HostError, type RestApi, type RestOwner } from '@modkit/core'
import { createRestApi, type Mount, type Operation, type OperationDraft, type RestSink } from '@modkit/core/spi'

/** Gathers what the modules declare, until all have spoken. */
export class RouteCollector {
  readonly #drafts: OperationDraft[] = []
  readonly #mounts: Mount[] = []
  readonly #sink: RestSink = {
    begin: (draft) => void this.#drafts.push(draft),
    mount: (mount) => void this.#mounts.push(mount),
  }

  get mounts(): readonly Mount[] {
    return this.#mounts
  }

  apiFor(owner: RestOwner): RestApi {
    return createRestApi(this.#sink, owner)
  }

  /**
   * Every operation that is complete. What is not goes to `problems`, unless its module has failed while declaring it.
   * The drafts are gone then: their modules have spoken.
   */
  takeOperations(problems: HostError[]): Operation[] {
    return this.#drafts.splice(0).flatMap((draft) => {
      return attempt(() => draft.finish(), draft.owner.available ? problems : []) ?? []
    })
  }
}

/** What `work` returns; `undefined` when it failed with a host error, which then stands in `problems`. */
export function attempt<T>(work: () => T, problems: HostError[]): T | undefined {
  try {
    return work()
  } catch (error) {
    if (!isHostError(error)) throw error
    problems.push(error)
    return undefined
  }
}
