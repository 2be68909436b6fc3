import type { SelfTime } from '../../measuring/self-times.js'
import type { OperationName } from '../operations.js'

/** What a subject is asked: to do something so often in a row. */
export interface CallsQuestion {
  readonly operation: OperationName
  readonly calls: number
  /** Whether to say in which functions the time goes. */
  readonly watch?: boolean
}

export interface CallsAnswer {
  readonly microsEach: number
  /** What the program itself computed; what a server does is not in it. */
  readonly cpuMicrosEach: number
  readonly selfTimes?: readonly SelfTime[]
}
