const PRIME32_1 = 0x9e3779b1n
const PRIME32_2 = 0x85ebca77n
const PRIME32_3 = 0xc2b2ae3dn
const PRIME64_1 = 0x9e3779b185ebca87n
const PRIME64_2 = 0xc2b2ae3d27d4eb4fn
const PRIME64_3 = 0x165667b19e3779f9n
const PRIME64_4 = 0x85ebca77c2b2ae63n
const PRIME64_5 = 0x27d4eb2f165667c5n
const PRIME_MX1 = 0x165667919e3779f9n
const PRIME_MX2 = 0x9fb21c651e98df25n

const STRIPE = 64
const STRIPES_PER_BLOCK = 16
const LOW_32_BITS = 0xffffffffn

/** The default secret of the specification. */
const SECRET = bytesOf(
  'b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221' +
    'b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8' +
    'a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb' +
    '170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e',
)

/** XXH3-64 of `input` with seed 0, as an unsigned number. */
export function xxh3(input: Uint8Array): bigint {
  const data = viewOf(input)
  const length = input.length
  if (length === 0) return avalanche64(secret(56) ^ secret(64))
  if (length <= 3) return hash1To3(data)
  if (length <= 8) return hash4To8(data)
  if (length <= 16) return hash9To16(data)
  if (length <= 128) return hash17To128(data)
  if (length <= 240) return hash129To240(data)
  return hashLong(data)
}

function hash1To3(data: DataView): bigint {
  const length = data.byteLength
  const first = BigInt(data.getUint8(0))
  const middle = BigInt(data.getUint8(length >> 1))
  const last = BigInt(data.getUint8(length - 1))
  const combined = (first << 16n) | (middle << 24n) | last | (BigInt(length) << 8n)
  const key = BigInt(SECRET.getUint32(0, true)) ^ BigInt(SECRET.getUint32(4, true))
  return avalanche64(combined ^ key)
}

function hash4To8(data: DataView): bigint {
  const length = data.byteLength
  const first = BigInt(data.getUint32(0, true))
  const last = BigInt(data.getUint32(length - 4, true))
  const keyed = (last + (first << 32n)) ^ secret(8) ^ secret(16)
  return strongAvalanche(keyed, BigInt(length))
}

function hash9To16(data: DataView): bigint {
  const length = data.byteLength
  const low = data.getBigUint64(0, true) ^ (secret(24) ^ secret(32))
  const high = data.getBigUint64(length - 8, true) ^ (secret(40) ^ secret(48))
  return avalanche(wrap(BigInt(length) + swapBytes(low) + high + foldedProduct(low, high)))
}

function hash17To128(data: DataView): bigint {
  const length = data.byteLength
  let sum = wrap(BigInt(length) * PRIME64_1)
  for (let pair = Math.floor((length - 1) / 32); pair >= 0; pair--) {
    sum += mix16(data, 16 * pair, 32 * pair) + mix16(data, length - 16 * (pair + 1), 32 * pair + 16)
  }
  return avalanche(wrap(sum))
}

function hash129To240(data: DataView): bigint {
  const length = data.byteLength
  let sum = wrap(BigInt(length) * PRIME64_1)
  for (let i = 0; i < 8; i++) sum += mix16(data, 16 * i, 16 * i)
  sum = avalanche(wrap(sum))
  for (let i = 8; i < Math.floor(length / 16); i++) sum += mix16(data, 16 * i, 16 * (i - 8) + 3)
  sum += mix16(data, length - 16, 136 - 17)
  return avalanche(wrap(sum))
}

/** Stripes of 64 bytes go into eight lanes; after every block the lanes are scrambled, at the end they are folded. */
function hashLong(data: DataView): bigint {
  const lanes = [PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1]
  const stripes = Math.floor((data.byteLength - 1) / STRIPE)
  for (let i = 0; i < stripes; i++) {
    const inBlock = i % STRIPES_PER_BLOCK
    accumulate(lanes, { data, at: i * STRIPE, secretAt: inBlock * 8 })
    if (inBlock === STRIPES_PER_BLOCK - 1) scramble(lanes)
  }
  accumulate(lanes, { data, at: data.byteLength - STRIPE, secretAt: SECRET.byteLength - STRIPE - 7 })
  let sum = BigInt(data.byteLength) * PRIME64_1
  for (let i = 0; i < 8; i += 2)
    sum += foldedProduct(lane(lanes, i) ^ secret(11 + 8 * i), lane(lanes, i + 1) ^ secret(19 + 8 * i))
  return avalanche(wrap(sum))
}

interface Stripe {
  readonly data: DataView
  readonly at: number
  readonly secretAt: number
}

function accumulate(lanes: bigint[], { data, at, secretAt }: Stripe): void {
  for (let i = 0; i < 8; i++) {
    const value = data.getBigUint64(at + 8 * i, true)
    const keyed = value ^ secret(secretAt + 8 * i)
    lanes[i ^ 1] = wrap(lane(lanes, i ^ 1) + value)
    lanes[i] = wrap(lane(lanes, i) + (keyed & LOW_32_BITS) * (keyed >> 32n))
  }
}

function scramble(lanes: bigint[]): void {
  for (let i = 0; i < 8; i++) {
    const value = lane(lanes, i)
    lanes[i] = wrap((value ^ (value >> 47n) ^ secret(SECRET.byteLength - STRIPE + 8 * i)) * PRIME32_1)
  }
}

function lane(lanes: readonly bigint[], index: number): bigint {
  return lanes[index] ?? 0n
}

function mix16(data: DataView, at: number, secretAt: number): bigint {
  const low = data.getBigUint64(at, true) ^ secret(secretAt)
  const high = data.getBigUint64(at + 8, true) ^ secret(secretAt + 8)
  return foldedProduct(low, high)
}

function avalanche(value: bigint): bigint {
  const mixed = wrap((value ^ (value >> 37n)) * PRIME_MX1)
  return mixed ^ (mixed >> 32n)
}

function avalanche64(value: bigint): bigint {
  const first = wrap((value ^ (value >> 33n)) * PRIME64_2)
  const second = wrap((first ^ (first >> 29n)) * PRIME64_3)
  return second ^ (second >> 32n)
}

function strongAvalanche(value: bigint, length: bigint): bigint {
  const rotated = value ^ rotateLeft(value, 49n) ^ rotateLeft(value, 24n)
  const first = wrap(rotated * PRIME_MX2)
  const second = wrap((first ^ ((first >> 35n) + length)) * PRIME_MX2)
  return second ^ (second >> 28n)
}

/** The two halves of the 128-bit product, folded into one. */
function foldedProduct(a: bigint, b: bigint): bigint {
  const product = a * b
  return wrap(product) ^ (product >> 64n)
}

function rotateLeft(value: bigint, bits: bigint): bigint {
  return wrap((value << bits) | (value >> (64n - bits)))
}

function swapBytes(value: bigint): bigint {
  const buffer = new DataView(new ArrayBuffer(8))
  buffer.setBigUint64(0, value, true)
  return buffer.getBigUint64(0)
}

function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value)
}

function secret(at: number): bigint {
  return SECRET.getBigUint64(at, true)
}

function bytesOf(hex: string): DataView {
  return viewOf(Buffer.from(hex, 'hex'))
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
