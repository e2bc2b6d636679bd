import { z } from 'zod'
import { AppError } from '../../errors.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 200

/** The query every list takes. Spread it into the route's own: `z.strictObject({ ...pageQuery, channel: … })`. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT).describe('Items on a page'),
  cursor: z.string().max(500).optional().describe('The nextCursor of the page before'),
}

/** The answer of every list: `nextCursor` is null on the last page. */
export const Page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

const VERSION = 1

/** A cursor for the last row of a page: opaque to callers, and free to change between versions. */
const encodeCursor = (list: string, position: readonly (string | number | null)[]): string =>
  Buffer.from(JSON.stringify([VERSION, list, ...position])).toString('base64url')

/**
 * The position in a cursor that `list` gave out, checked against `shape`. It is not signed: it only says where to go on,
 * and the rows a caller may see are decided anew for every page.
 *
 * @throws AppError `invalid_cursor` for one that is made up, damaged, or another list's.
 */
function decodeCursor<Shape extends z.ZodType>(list: string, cursor: string, shape: Shape): z.infer<Shape> {
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    parsed = undefined
  }
  if (Array.isArray(parsed) && parsed[0] === VERSION && parsed[1] === list) {
    const position = shape.safeParse(parsed.slice(2))
    if (position.success) return position.data
  }
  throw new AppError('invalid_cursor', 'Start again without a cursor, or give a nextCursor as it was received')
}

const IdPosition = z.tuple([z.uuid()])

/** For lists in the order of their ids, newest first: the id to go on below. */
export const idBefore = (list: string, cursor: string | undefined): string | undefined =>
  cursor === undefined ? undefined : decodeCursor(list, cursor, IdPosition)[0]

/** One page of rows that were read with `limit + 1`: the extra row only tells that there is more. */
export function idPage<Row, Item>(
  list: string,
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item & { id: string },
) {
  const items = rows.slice(0, limit).map(toItem)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(list, [last.id]) : null }
}

const NumberPosition = z.tuple([z.int().min(1)])

/** For lists in the order of a number, highest first: the number to go on below. */
export const numberBefore = (list: string, cursor: string | undefined): number | undefined =>
  cursor === undefined ? undefined : decodeCursor(list, cursor, NumberPosition)[0]

/** As {@link idPage}, for rows with a number `n`. */
export function numberPage<Item extends { readonly n: number }>(list: string, rows: readonly Item[], limit: number) {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(list, [last.n]) : null }
}

const TextPosition = z.tuple([z.string().max(400)])

/** For lists in the order of a text, such as a name: the text to go on after. */
export const textAfter = (list: string, cursor: string | undefined): string | undefined =>
  cursor === undefined ? undefined : decodeCursor(list, cursor, TextPosition)[0]

/** One page of the rows after a text, of which more than `limit` may be given; `textOf` is what they are in order of. */
export function textPage<Row>(list: string, rows: readonly Row[], limit: number, textOf: (row: Row) => string) {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(list, [textOf(last)]) : null }
}

const MomentPosition = z.tuple([z.iso.datetime(), z.uuid()])

/** For lists in the order of a time, earliest first: the row to go on after. */
export function momentAfter(list: string, cursor: string | undefined): { at: Date; id: string } | undefined {
  if (cursor === undefined) return undefined
  const [at, id] = decodeCursor(list, cursor, MomentPosition)
  return { at: new Date(at), id }
}

/** As {@link idPage}, for rows in the order of `at`, and of `id` among those of one moment. */
export function momentPage<Row extends { readonly at: Date; readonly id: string }, Item>(
  list: string,
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
) {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const nextCursor = rows.length > limit && last ? encodeCursor(list, [last.at.toISOString(), last.id]) : null
  return { items: page.map(toItem), nextCursor }
}
