/** A list in the order of its ids, page by page: `next` gives those after an id. */
export async function* pages<Row extends { readonly id: string }>(
  next: (after: string | null) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  for (let after: string | null = null; ; ) {
    const rows: readonly Row[] = await next(after)
    if (rows.length === 0) return
    yield rows
    after = rows.at(-1)!.id
  }
}
