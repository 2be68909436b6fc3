import { isHostError, type HostError, type RestApi, type RestOwner } from '@modkit/core'
import { createRestApi, type Mount, type Operation, type OperationDraft, type RestSink } from '@modkit/core/spi'

interface OwnedDraft {
  readonly owner: RestOwner
  readonly draft: OperationDraft
}

/** Gathers what the modules declare, until all have spoken. */
export class RouteCollector {
  readonly #drafts: OwnedDraft[] = []
  readonly #mounts: Mount[] = []

  get mounts(): readonly Mount[] {
    return this.#mounts
  }

  apiFor(owner: RestOwner): RestApi {
    const sink: RestSink = {
      begin: (draft) => void this.#drafts.push({ owner, draft }),
      mount: (mount) => void this.#mounts.push(mount),
    }
    return createRestApi(sink, owner)
  }

  /** Every operation that is complete. What is not goes to `problems`, unless its module has failed while declaring it. */
  operations(problems: HostError[]): Operation[] {
    return this.#drafts.flatMap(({ owner, draft }) => {
      const operation = attempt(() => draft.finish(), owner.available ? problems : [])
      return operation === undefined ? [] : [operation]
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
