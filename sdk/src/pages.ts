import type { Operations } from './generated/api.ts'
import type { CallOptions, Query, Reply, Transport } from './transport.ts'

type Lists = {
  [Key in keyof Operations]: Reply<Key> extends { items: unknown[]; nextCursor: string | null } ? Key : never
}[keyof Operations]
type Item<Key extends Lists> = Reply<Key> extends { items: (infer One)[] } ? One : never

export type Pages = ReturnType<typeof createPages>

/** Lists that come page by page: `list` is one page, `each` walks them all. */
export function createPages(call: Transport['call']) {
  /** Every item of a list, page after page, as far as the caller goes on asking. */
  async function* each<Key extends Lists>(
    operation: Key,
    query: Query<Key> | undefined,
    given: CallOptions | undefined,
  ): AsyncGenerator<Item<Key>> {
    let cursor: string | undefined
    do {
      const page = (await call(operation, {
        ...given,
        query: { ...(query as object), ...(cursor && { cursor }) } as Query<Key>,
      })) as {
        items: Item<Key>[]
        nextCursor: string | null
      }
      yield* page.items
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
  }

  return <Key extends Lists>(operation: Key) => ({
    list: (query?: Query<Key>, given?: CallOptions) =>
      call(operation, { ...given, ...(query !== undefined && { query }) }),
    each: (query?: Query<Key>, given?: CallOptions) => each(operation, query, given),
  })
}
