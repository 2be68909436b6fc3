import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach } from '@jest/globals'
import type { ChildReport } from '@modkit/core'
import { bundled } from '../support/host-program.js'
import { SpawnedProcess } from '../support/spawned-process.js'

const SOURCE = new URL('../fixtures/placement/shop.ts', import.meta.url)

/** What the shop answers when it is asked for a price. */
export interface Offer {
  readonly amount: number
  readonly pid: number
  readonly stock: { readonly left: number; readonly pid: number; readonly caller: string; readonly trace: string }
  readonly caller: string
  readonly trace: string
  readonly rows: number
  readonly told: string
}

export interface ShopOptions {
  /** Entry of the module `pricing`; what is left out is as in {@link pricingSection}. */
  readonly pricing?: object
  /** More entries, and other sections. */
  readonly modules?: object
  readonly config?: object
  readonly env?: Readonly<Record<string, string>>
  /** Run from its sources, which takes long. Default: bundled. */
  readonly loader?: boolean
}

/** The shop in a process of its own, at the head of a process group. */
export class Shop extends SpawnedProcess {
  readonly directory: string

  constructor(directory: string, program: readonly string[], { pricing, modules, config, env }: ShopOptions) {
    const file = join(directory, 'shop.yaml')
    const written = {
      ...config,
      modules: {
        'api-gateway': { config: { bind_addr: '127.0.0.1:0', health: { cache: 0 } } },
        'grpc-hub': { config: { listen_addr: '127.0.0.1:0' } },
        pricing: { database: { engine: 'sqlite', path: join(directory, 'pricing.db') }, ...pricing },
        ...modules,
      },
    }
    writeFileSync(file, JSON.stringify(written))
    super(
      spawn(process.execPath, [...program, file], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, NODE_OPTIONS: '', ...env },
        detached: true,
      }),
    )
    this.directory = directory
  }

  /** Resolves when the host runs; rejects when it ends before. */
  async running(): Promise<this> {
    await this.says('host Host is running')
    return this
  }

  get address(): string {
    return /gateway listens on (http:\S+)/.exec(this.log)?.[1] ?? 'http://not.listening'
  }

  /** What the host has logged so far. */
  get log(): string {
    return this.written('stderr')
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`${this.address}${path}`, init)
  }

  async price(name: string, headers: Record<string, string> = {}): Promise<Offer> {
    return (await (await this.fetch(`/shop/v1/prices/${name}`, { headers })).json()) as Offer
  }

  async children(): Promise<readonly ChildReport[]> {
    return (await (await this.fetch('/shop/v1/children')).json()) as readonly ChildReport[]
  }

  /** The process ids of the children that run. */
  async pids(): Promise<readonly number[]> {
    return (await this.children()).flatMap(({ instance }) => instance?.pid ?? [])
  }
}

const shops: Shop[] = []
let bundle: Promise<string> | undefined

afterAll(async () => {
  if (bundle) await rm(join(await bundle, '..'), { recursive: true, force: true })
})

afterEach(async () => {
  for (const shop of shops.splice(0)) {
    shop.kill('SIGTERM')
    await shop.end
    await rm(shop.directory, { recursive: true, force: true })
  }
})

/** A shop that ends with the test. */
export async function openShop(options: ShopOptions = {}): Promise<Shop> {
  const program =
    options.loader === true
      ? ['--conditions=modkit:source', '--import', 'tsx', fileURLToPath(SOURCE)]
      : [await (bundle ??= bundled(SOURCE))]
  const shop = new Shop(await mkdtemp(join(tmpdir(), 'modkit-shop-')), program, options)
  shops.push(shop)
  return shop
}
