import type { InfiniteData } from '@tanstack/react-query'
import type { Page } from '../vocabulary.ts'

export type Pages<Item> = InfiniteData<Page<Item>, string | undefined>

/**
 * Puts a fresh first page over a list that is already shown: known rows are replaced where they stand, new ones go on
 * top. A page without one known row means more came than fits: the list starts over with it.
 */
export function mergeHead<Item extends { id: string }>(shown: Pages<Item>, head: Page<Item>): Pages<Item> {
  const known = new Set(shown.pages.flatMap((page) => page.items.map((item) => item.id)))
  const fresh = head.items.filter((item) => !known.has(item.id))
  if (known.size > 0 && fresh.length === head.items.length && head.nextCursor)
    return { pages: [head], pageParams: [undefined] }

  const byId = new Map(head.items.map((item) => [item.id, item]))
  const pages = shown.pages.map((page) => ({ ...page, items: page.items.map((item) => byId.get(item.id) ?? item) }))
  const [first, ...rest] = pages
  if (!first) return { pages: [head], pageParams: [undefined] }
  return { ...shown, pages: [{ ...first, items: [...fresh, ...first.items] }, ...rest] }
}

/** Changes the items that `change` answers for; the same object comes back when it answers for none. */
export function patchItems<Item>(shown: Pages<Item>, change: (item: Item) => Item | undefined): Pages<Item> {
  let touched = false
  const pages = shown.pages.map((page) => {
    const items = page.items.map((item) => {
      const changed = change(item)
      if (changed) touched = true
      return changed ?? item
    })
    return { ...page, items }
  })
  return touched ? { ...shown, pages } : shown
}
