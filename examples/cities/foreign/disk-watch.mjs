// A program of its own that knows nothing of the host: it says now and then how much room is left where the data is.
// Of its host it needs three things: its configuration, which stands in the environment, the lines that it prints to
// become log lines, and to be told when to end: by SIGTERM, or by the end of its standard input.
import { statfs } from 'node:fs/promises'
import { clearInterval, setInterval } from 'node:timers'

const { config = {}, server = {} } = JSON.parse(process.env.MODKIT_MODULE_CONFIG ?? '{}')
const directory = server.home_dir ?? process.cwd()
const GIGABYTE = 1e9
const SCARCE = 0.05

async function report() {
  const { bavail, blocks, bsize } = await statfs(directory)
  const level = bavail / blocks < SCARCE ? 'WARN' : 'INFO'
  console.log(`disk-watch ${level} ${((bavail * bsize) / GIGABYTE).toFixed(1)} GB are free at ${directory}`)
}

const complain = (error) => console.error(`disk-watch ERROR ${error.message}`)
const timer = setInterval(() => report().catch(complain), 1_000 * (config.every_seconds ?? 60))
const end = () => {
  clearInterval(timer)
  process.stdin.destroy()
}
process.once('SIGTERM', end)
process.stdin.once('end', end).resume()
await report().catch(complain)
