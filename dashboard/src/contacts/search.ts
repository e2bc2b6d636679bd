import { given } from '../parts/search.ts'

/** What the list of contacts is narrowed to; kept in the address. */
export interface ContactSearch {
  readonly search?: string | undefined
}

export const contactSearch = (search: Record<string, unknown>): ContactSearch => {
  const text = typeof search.search === 'string' ? search.search.trim().slice(0, 200) : ''
  return { search: text || undefined }
}

/** As the API takes it. */
export const contactFilter = given<ContactSearch>
