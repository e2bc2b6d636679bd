import { expect, test } from 'vitest'
import { mergeHead, type Pages, patchItems } from './pages.ts'

interface Row {
  id: string
  status?: string
}

const rows = (...ids: string[]): Row[] => ids.map((id) => ({ id }))
const shown = (...pages: Row[][]): Pages<Row> => ({
  pages: pages.map((items) => ({ items, nextCursor: 'next' })),
  pageParams: pages.map((_, n) => (n === 0 ? undefined : `page ${n}`)),
})
const idsOf = (list: Pages<Row>) => list.pages.map((page) => page.items.map(({ id }) => id))

test('new rows come on top and the pages below stay', () => {
  const merged = mergeHead(shown(rows('4', '3'), rows('2', '1')), { items: rows('6', '5', '4'), nextCursor: 'x' })
  expect(idsOf(merged)).toEqual([
    ['6', '5', '4', '3'],
    ['2', '1'],
  ])
})

test('a row that is already shown is replaced where it stands', () => {
  const merged = mergeHead(shown(rows('2', '1')), { items: [{ id: '1', status: 'sent' }], nextCursor: null })
  expect(merged.pages[0]?.items).toEqual([{ id: '2' }, { id: '1', status: 'sent' }])
})

test('the same head twice adds nothing', () => {
  const head = { items: rows('2', '1'), nextCursor: null }
  expect(idsOf(mergeHead(mergeHead(shown(rows('1')), head), head))).toEqual([['2', '1']])
})

test('when more came than fits a page, the list starts over rather than hide a gap', () => {
  const merged = mergeHead(shown(rows('2', '1'), rows('0')), { items: rows('9', '8'), nextCursor: 'gap' })
  expect(idsOf(merged)).toEqual([['9', '8']])
  expect(merged.pages[0]?.nextCursor).toBe('gap')
})

test('an empty list takes its first rows', () => {
  expect(idsOf(mergeHead(shown([]), { items: rows('1'), nextCursor: null }))).toEqual([['1']])
})

test('a change that concerns no row gives back the same list, so nothing is drawn again', () => {
  const list = shown(rows('1'))
  expect(patchItems(list, () => undefined)).toBe(list)
})

test('a change reaches its row on any page', () => {
  const list = patchItems(shown(rows('2'), rows('1')), (row) =>
    row.id === '1' ? { ...row, status: 'read' } : undefined,
  )
  expect(list.pages[1]?.items).toEqual([{ id: '1', status: 'read' }])
})
