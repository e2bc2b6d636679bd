/**
 * Array parameters of the hot statements, in Postgres' binary form. As text, which is what the driver would send, every
 * id, number and quote is written, scanned and read one character at a time, here and there: for a batch of
 * notifications that was a tenth of what Postgres did, and more of what we do.
 *
 * Each function is for the element type it is named after: a statement that expects another one is refused.
 */

const OID = { bool: 16, int8: 20, int2: 21, int4: 23, text: 25, timestamptz: 1184, uuid: 2950 }
/** Dimensions, whether there are nulls, element type, length, first index: four bytes each. */
const HEADER_BYTES = 20
const LENGTH_BYTES = 4
const UUID_BYTES = 16
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1)
const TWO_32 = 2 ** 32
const MOST_MS = Number.MAX_SAFE_INTEGER / 1_000

type Nullable<T> = readonly (T | null)[]

export const uuids = (values: Nullable<string>): Buffer => fixed(OID.uuid, UUID_BYTES, values, writeUuid)
export const int2s = (values: Nullable<number>): Buffer => fixed(OID.int2, 2, values, writeInt16)
export const int4s = (values: Nullable<number>): Buffer =>
  fixed(OID.int4, 4, values, (bytes, value, at) => writeInt32(bytes, within(value, value | 0), at))
export const int8s = (values: Nullable<number>): Buffer => fixed(OID.int8, 8, values, writeInt64)
export const bools = (values: Nullable<boolean>): Buffer => fixed(OID.bool, 1, values, writeBool)
export const times = (values: Nullable<Date>): Buffer => fixed(OID.timestamptz, 8, values, writeTime)

export function texts(values: Nullable<string>): Buffer {
  let characters = 0
  for (let i = 0; i < values.length; i++) characters += values[i]?.length ?? 0
  // Some letters take two bytes; when that was too little, there is a longer one.
  let bytes = Buffer.allocUnsafe(HEADER_BYTES + LENGTH_BYTES * values.length + characters + (characters >> 3))
  let at = HEADER_BYTES
  let nulls = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? null
    if (value === null) {
      nulls = 1
      writeInt32(bytes, -1, at)
      at += LENGTH_BYTES
      continue
    }
    const most = LENGTH_BYTES + 3 * value.length
    if (at + most + LENGTH_BYTES * (values.length - i) > bytes.length) {
      const longer = Buffer.allocUnsafe(2 * bytes.length + most)
      bytes.copy(longer, 0, 0, at)
      bytes = longer
    }
    const written = writeText(bytes, value, at + LENGTH_BYTES)
    writeInt32(bytes, written, at)
    at += LENGTH_BYTES + written
  }
  return headed(bytes, at, OID.text, values.length, nulls)
}

/** Values of one width. One that repeats the value before it is copied from there. */
function fixed<T extends string | number | boolean | Date>(
  oid: number,
  width: number,
  values: Nullable<T>,
  write: (bytes: Buffer, value: T, at: number) => void,
): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + (LENGTH_BYTES + width) * values.length)
  let at = HEADER_BYTES
  let nulls = 0
  let last: T | null = null
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? null
    writeInt32(bytes, value === null ? -1 : width, at)
    at += LENGTH_BYTES
    if (value === null) nulls = 1
    else {
      if (value === last) for (let n = 0; n < width; n++) bytes[at + n] = bytes[at + n - width - LENGTH_BYTES]!
      else write(bytes, value, at)
      at += width
    }
    last = value
  }
  return headed(bytes, at, oid, values.length, nulls)
}

function headed(bytes: Buffer, end: number, oid: number, length: number, nulls: number): Buffer {
  writeInt32(bytes, length === 0 ? 0 : 1, 0)
  writeInt32(bytes, nulls, 4)
  writeInt32(bytes, oid, 8)
  writeInt32(bytes, length, 12)
  writeInt32(bytes, 1, 16)
  return bytes.subarray(0, length === 0 ? 12 : end)
}

/** A number that its column cannot hold must not become another one. */
function within(value: number, kept: number): number {
  if (value !== kept) throw new RangeError(`${value} does not fit its column`)
  return value
}

function writeInt16(bytes: Buffer, value: number, at: number): void {
  within(value, (value << 16) >> 16)
  bytes[at] = value >> 8
  bytes[at + 1] = value
}

function writeInt32(bytes: Buffer, value: number, at: number): void {
  bytes[at] = value >> 24
  bytes[at + 1] = value >> 16
  bytes[at + 2] = value >> 8
  bytes[at + 3] = value
}

function writeInt64(bytes: Buffer, value: number, at: number): void {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} does not fit its column`)
  const upper = Math.floor(value / TWO_32)
  writeInt32(bytes, upper, at)
  writeInt32(bytes, value - upper * TWO_32, at + 4)
}

function writeBool(bytes: Buffer, value: boolean, at: number): void {
  bytes[at] = value ? 1 : 0
}

/** Microseconds since 2000. */
function writeTime(bytes: Buffer, value: Date, at: number): void {
  const ms = value.getTime() - POSTGRES_EPOCH_MS
  // From the year 2285 on they are more than a number can hold exactly.
  if (Math.abs(ms) > MOST_MS) bytes.writeBigInt64BE(BigInt(ms) * 1_000n, at)
  else writeInt64(bytes, ms * 1_000, at)
}

const DASH = 45
const NO_DIGIT = -1
/** What each character code is as a hexadecimal digit. */
const DIGITS = new Int8Array(256).fill(NO_DIGIT)
for (let n = 0; n < 16; n++) {
  DIGITS[n.toString(16).charCodeAt(0)] = n
  DIGITS[n.toString(16).toUpperCase().charCodeAt(0)] = n
}

function writeUuid(bytes: Buffer, value: string, at: number): void {
  const end = at + UUID_BYTES
  let place = at
  for (let i = 0; i < value.length; ) {
    if (value.charCodeAt(i) === DASH) {
      i++
      continue
    }
    const digits = (DIGITS[value.charCodeAt(i)] ?? NO_DIGIT) | (DIGITS[value.charCodeAt(i + 1)] ?? NO_DIGIT)
    if (digits < 0 || place === end) throw new RangeError('Not a UUID')
    bytes[place++] = (DIGITS[value.charCodeAt(i)]! << 4) | DIGITS[value.charCodeAt(i + 1)]!
    i += 2
  }
  if (place !== end) throw new RangeError('Not a UUID')
}

/** Up to here a loop is faster than a call out of JavaScript. */
const SHORT = 24
const FIRST_BEYOND_ASCII = 0x80

function writeText(bytes: Buffer, value: string, at: number): number {
  if (value.length <= SHORT) {
    let n = 0
    for (; n < value.length; n++) {
      const code = value.charCodeAt(n)
      if (code >= FIRST_BEYOND_ASCII) break
      bytes[at + n] = code
    }
    if (n === value.length) return n
  }
  return bytes.write(value, at, 'utf8')
}
