/** What has to be done when this process ends, whatever ends it. */
const tasks = new Set<() => void>()

const runAll = (): void => {
  for (const task of tasks) task()
}

/**
 * Calls `task`, which must not wait for anything, when this process ends: by itself, through `process.exit` or by an
 * exception that nobody caught. A signal that nobody handles gives no time for it. Returns what takes it back.
 *
 * The process has one listener for all of them, and none when there are none.
 */
export function atProcessExit(task: () => void): () => void {
  if (tasks.size === 0) process.on('exit', runAll)
  tasks.add(task)
  return () => {
    tasks.delete(task)
    if (tasks.size === 0) process.off('exit', runAll)
  }
}
