import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { createHost, type ChildReport, type Host, type HostOptions } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import { hostProgram } from '../../core/test/support/host-program.js'
import { ended, isRunning } from '../../core/test/support/processes.js'
import { RecordedLog } from '../../core/test/support/recorded-log.js'
import { SpawnedProcess } from '../../core/test/support/spawned-process.js'
import { directoryClient, GrpcHub } from '../src/index.js'
import { calculatorClient, calculatorProto, calculatorService, type Total } from './calculator.js'
import { startDirectory } from './directory-fixture.js'
import { CalculatorModule, TotalsModule } from './fixtures/foreign/totals.js'
import { generateStubs, hasPythonGrpc, PYTHON, type PythonStubs } from './python.js'

// Another language's start, and its compiler of proto files, on a machine that tests share.
jest.setTimeout(120_000)

const isThere = hasPythonGrpc()

test('there is gRPC for Python wherever it is required', () => {
  expect(isThere || process.env['CI'] !== 'true').toBe(true)
})

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const program = pathOf('./fixtures/foreign/calculator.py')
const protos = [
  fileURLToPath(calculatorProto),
  pathOf('../proto/directory.proto'),
  pathOf('./fixtures/python-server/rpc.proto'),
]

let stubs: PythonStubs | undefined
const hosts: Host[] = []

beforeAll(async () => {
  if (isThere) stubs = await generateStubs(protos)
})

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop()))
})

afterAll(async () => {
  await stubs?.[Symbol.asyncDispose]()
})

const environment = (): Readonly<Record<string, string>> => ({
  PYTHONPATH: stubs?.folder ?? '',
  PYTHONDONTWRITEBYTECODE: '1',
})

interface Calculating {
  readonly config?: object
  /** Of `runtime`. */
  readonly more?: object
  /** In place of Python itself. */
  readonly command?: readonly [binary: string, ...args: string[]]
  readonly options?: HostOptions
}

const withClass = { options: { modules: [GrpcHub, CalculatorModule, TotalsModule] } }
const withoutClass = { options: { modules: [GrpcHub, TotalsModule] } }

/** A host whose module `calculator` is the program in Python. */
function createCalculatingHost({ config = {}, more = {}, command = [PYTHON, program], options }: Calculating) {
  const log = new RecordedLog()
  const [executable_path, ...args] = command
  const execution = { executable_path, args, environment: environment() }
  const modules = {
    'grpc-hub': { config: { listen_addr: '127.0.0.1:0' } },
    calculator: { config, runtime: { type: 'oop', ...more, execution } },
  }
  const host = createHost({ config: { modules }, logger: log.logger, ...options })
  hosts.push(host)
  return { host, log }
}

async function calculating(wanted: Calculating) {
  const { host, log } = createCalculatingHost(wanted)
  await host.start()
  return { host, log, calculator: host.clients.get(calculatorClient), directory: host.clients.get(directoryClient) }
}

const childOf = (host: Host, index = 0): ChildReport => host.children[index] as ChildReport
const pidOf = (host: Host, index = 0): number => childOf(host, index).instance?.pid ?? NaN

/** Makes the modules that the program imports from proto files, by the command of the page. */
async function generateAsShown(home: string): Promise<void> {
  await Promise.all(['proto', 'generated'].map((name) => mkdir(join(home, name))))
  await Promise.all(protos.map((proto) => copyFile(proto, join(home, 'proto', basename(proto)))))
  // The Python whose packages were looked for, whatever else is on the path.
  const env = { ...process.env, PATH: `${dirname(PYTHON)}:/bin` }
  await promisify(execFile)('/bin/sh', [pathOf('./fixtures/foreign/generate-stubs.sh')], { cwd: home, env })
}

async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

/** For calls that wait for a process: starting one takes its time on a machine that tests share. */
const patient = (): { deadline: number } => ({ deadline: Date.now() + 100_000 })

/** A stream of numbers that the test goes on with and ends. */
function channel() {
  const values: number[] = []
  let isOver = false
  let wake: () => void = () => undefined
  async function* sent(): AsyncGenerator<Total> {
    for (;;) {
      for (let value = values.shift(); value !== undefined; value = values.shift()) yield { value: String(value) }
      if (isOver) return
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  const send = (value: number): void => void (values.push(value), wake())
  const end = (): void => void ((isOver = true), wake())
  return { sent: sent(), send, end }
}

test('a line as the page shows it becomes a record of the log', async () => {
  const line = pathOf('./fixtures/foreign/log-line.jsonl')
  const restart = { policy: 'never' }
  const { host, log } = createCalculatingHost({ command: ['/bin/cat', line], more: { restart }, ...withoutClass })
  await host.start()
  expect(await log.line('Configured')).toMatchObject({ level: 'info', fields: { module: 'calculator', most: 3 } })
})

const described = isThere ? describe : describe.skip

described('a module in Python', () => {
  test('is waited for, configured, called and heard by a host that knows it by a class without code', async () => {
    const { host, log, calculator, directory } = await calculating({ ...withClass, config: { most: 3 } })
    expect(childOf(host)).toMatchObject({ module: 'calculator', state: 'ready', restarts: 0 })
    await expect(calculator.add({ allValues: ['9007199254740993', '-1'] })).resolves.toEqual({
      value: '9007199254740992',
    })
    expect(await host.module(TotalsModule).total([1, 2, 39])).toBe('They make 42.')
    const { level, fields } = await log.line('Configured')
    expect({ level, fields }).toMatchObject({
      level: 'info',
      fields: { module: 'calculator', most: 3, oop_module: 'calculator', stream: 'stdout' },
    })
    expect(await directory.listInstances('calculator')).toMatchObject([
      { instanceId: childOf(host).instance?.instanceId, pid: pidOf(host), state: 'ready' },
    ])
  })

  test('has its errors caught as what they are: with code, message, hint and details', async () => {
    const { host, calculator } = await calculating({ ...withClass, config: { most: 2 } })
    await expect(calculator.add({ allValues: ['1', '2', '3'] })).rejects.toMatchObject({
      name: 'HostError',
      code: 'TOO_MANY_NUMBERS',
      message: 'At most 2 numbers are added up.',
      hint: 'Add them up in parts.',
      details: { most: 2, given: 3 },
      status: 422,
    })
    expect(await host.module(TotalsModule).total([1, 2, 3])).toBe('Give me 2 at most.')
  })

  test('needs no class in the program that calls it: calls wait for it, and the start does not', async () => {
    const { host, calculator } = await calculating(withoutClass)
    expect(childOf(host).state).toBe('ready')
    await expect(calculator.add({ allValues: ['1', '2'] })).resolves.toEqual({ value: '3' })
    expect(await host.module(TotalsModule).total([1])).toBe('They make 1.')
  })

  test('runs by the files and the configuration that its page shows', async () => {
    const home = await mkdtemp(join(tmpdir(), 'modkit-calculator-'))
    for (const file of ['calculator.py', 'modkit_child.py']) {
      await copyFile(pathOf(`./fixtures/foreign/${file}`), join(home, file))
    }
    await generateAsShown(home)
    process.env['CALCULATOR_HOME'] = home
    try {
      const config = pathOf('./fixtures/foreign/foreign.yaml')
      const { host, calculator } = await calculating({ options: { ...withClass.options, config } })
      expect(host.children.map(({ state }) => state)).toEqual(['ready', 'ready'])
      await expect(calculator.add({ allValues: ['1', '2', '3', '4'] })).rejects.toMatchObject({ details: { most: 3 } })
      await host.stop()
    } finally {
      delete process.env['CALCULATOR_HOME']
      await rm(home, { recursive: true })
    }
  })

  test('reads a configuration that is too long for a variable', async () => {
    const { log, calculator } = await calculating({ ...withClass, config: { most: 1, padding: 'é'.repeat(100_000) } })
    await expect(calculator.add({ allValues: ['1', '2'] })).rejects.toMatchObject({ details: { most: 1 } })
    expect(log.messages('warn')).toEqual([])
  })

  test('stays in the directory by its heartbeats, and registers again when the directory has forgotten it', async () => {
    const clock = new FakeClock(Date.now())
    const options = { ...withClass.options, clock }
    const { host, log, calculator, directory } = await calculating({ options })
    await clock.advance(16_000)
    await log.line('Instance is silent, nobody is sent there any more')
    expect(childOf(host).state).toBe('registered')
    await eventually(() => childOf(host).state === 'ready')
    await clock.advance(60_000)
    await log.line('Instance has been silent for too long and is forgotten')
    expect(await directory.listInstances('calculator')).toEqual([])
    await expect(calculator.add({ allValues: ['1', '2'] }, patient())).resolves.toEqual({ value: '3' })
    expect(childOf(host)).toMatchObject({ state: 'ready', restarts: 0, history: [] })
  })

  test('that is told to end takes leave, finishes what is in flight, and ends well', async () => {
    const { host, log, calculator, directory } = await calculating(withClass)
    const pid = pidOf(host)
    const numbers = channel()
    const sums = calculator.runningSum(numbers.sent, { deadline: Infinity })[Symbol.asyncIterator]()
    numbers.send(40)
    expect(await sums.next()).toMatchObject({ value: { value: '40' } })
    process.kill(pid, 'SIGTERM')
    await log.line('Deregistered from the directory')
    expect(await directory.listInstances('calculator')).toEqual([])
    numbers.send(2)
    expect(await sums.next()).toMatchObject({ value: { value: '42' } })
    expect(await isRunning(pid)).toBe(true)
    numbers.end()
    expect(await sums.next()).toMatchObject({ done: true })
    await eventually(() => childOf(host).state === 'exited')
    expect(childOf(host)).toMatchObject({ reason: 'exit code 0', restarts: 0 })
    expect((await log.line('Leaving')).fields).toMatchObject({ reason: 'SIGTERM' })
  })

  test('loses no call when one of its instances leaves', async () => {
    const { host, calculator } = await calculating({ ...withClass, more: { instances: 2 } })
    const calls: Promise<unknown>[] = []
    const load = setInterval(() => calls.push(calculator.add({ allValues: ['1', '2'] }, patient())), 2)
    await eventually(() => calls.length >= 50)
    process.kill(pidOf(host), 'SIGTERM')
    await eventually(() => childOf(host).state === 'exited')
    clearInterval(load)
    const outcomes = await Promise.allSettled(calls)
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([])
    await expect(calculator.add({ allValues: ['1', '2'] })).resolves.toEqual({ value: '3' })
    expect(childOf(host, 1)).toMatchObject({ state: 'ready', restarts: 0 })
  })

  test('ends well with its host', async () => {
    const { host, log } = await calculating(withClass)
    const { leftBehind } = await host.stop()
    expect(leftBehind).toEqual([])
    expect(childOf(host)).toMatchObject({ state: 'exited', reason: 'exit code 0' })
    expect(log.messages('debug')).toContain('Deregistered from the directory')
    expect(log.messages('warn')).toEqual([])
  })

  test('is started again when it was killed; calls wait for the one that comes', async () => {
    const { host, calculator } = await calculating(withClass)
    const pid = pidOf(host)
    process.kill(pid, 'SIGKILL')
    await eventually(() => childOf(host).state === 'waiting')
    await expect(calculator.add({ allValues: ['1', '2'] }, patient())).resolves.toEqual({ value: '3' })
    expect(childOf(host)).toMatchObject({ state: 'ready', restarts: 1, history: [{ pid, end: 'signal SIGKILL' }] })
    expect(pidOf(host)).not.toBe(pid)
  })

  test('that shows a token of its own making is refused, and says so before it ends', async () => {
    const script = `MODKIT_DIRECTORY_TOKEN=made-up exec "$0" "$@"`
    const command = ['/bin/sh', '-c', script, PYTHON, program] as const
    const { host, log } = createCalculatingHost({ ...withClass, command: [...command], more: { restart: 'never' } })
    await expect(host.start()).rejects.toMatchObject({
      code: 'PHASE_FAILED',
      details: { phase: 'oop_spawn', module: 'calculator' },
      cause: { code: 'OOP_NOT_READY', details: { module: 'calculator', reason: 'exit code 1' } },
    })
    const { fields } = await log.line('OoP module process exited unexpectedly')
    expect(String(fields['stderr'])).toContain('The directory refuses this instance: ')
  })
})

const foreignHost = hostProgram(new URL('./fixtures/foreign/host.ts', import.meta.url))

described('the end of standard input', () => {
  test('ends a module in Python as SIGTERM does: it takes leave, and its exit code is 0', async () => {
    await using directory = await startDirectory()
    const [module, instanceId] = ['calculator', randomUUID()]
    const child = spawn(PYTHON, [program], {
      env: {
        ...process.env,
        ...environment(),
        MODKIT_MODULE: module,
        MODKIT_INSTANCE_ID: instanceId,
        MODKIT_MODULE_CONFIG: '{}',
        MODKIT_DIRECTORY_ENDPOINT: directory.endpoint,
        MODKIT_DIRECTORY_TOKEN: directory.manager.tokens.issue({ module, instanceId }),
      },
    })
    const spawned = new SpawnedProcess(child)
    await spawned.says('Registered in the directory')
    expect(directory.manager.pickService(calculatorService)).toMatchObject({ instanceId })
    child.stdin.end()
    const { code, stdout } = await spawned.end
    expect(code).toBe(0)
    expect(stdout).toContain('"reason": "end of stdin"')
    expect(directory.manager.allInstances()).toEqual([])
  })

  test('ends a module in Python with a host that was killed', async () => {
    const host = await foreignHost.run([PYTHON, JSON.stringify([program]), JSON.stringify(environment())])
    await host.says('Registered in the directory')
    const pid = Number(/Spawned OoP module with log forwarding.*"pid":(\d+)/.exec(host.stdout)?.[1])
    expect(await isRunning(pid)).toBe(true)
    host.kill('SIGKILL')
    await host.end
    await ended(pid)
  })
})
