import { CarillonError } from '@carillon/client'

/** How many rows a list asks for at a time. */
export const PAGE = 30

export const paged = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: { nextCursor: string | null }) => page.nextCursor ?? undefined,
}

export const from = (cursor: string | undefined) => (cursor === undefined ? {} : { cursor })

/** What the socket does not tell is asked anew whenever its page is opened, but not again after pointing at its link. */
export const JUST_ASKED_MS = 5_000

/** How often a re-drive that runs is looked at. */
export const LOOK_EVERY_MS = 700

/** As many as the API gives at once: all of them are shown, grouped. */
export const LARGE_PAGE = 200

export const isUnderWay = (run: { status: string } | undefined) =>
  run?.status === 'waiting' || run?.status === 'running'

/** Null where there is no such thing. */
export async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof CarillonError && error.code === 'not_found') return null
    throw error
  }
}
