import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { type Database, openDatabase } from '../../../platform/database/database.ts'
import { newId } from '../../../platform/ids.ts'
import { assignInvoiceNumber, following, type InvoiceNumber } from './invoice-numbers.ts'

let database: TestDatabase
let db: Database
const [one, other] = [newId(new Date()), newId(new Date())]

beforeAll(async () => {
  database = await testDatabase()
  db = openDatabase({ url: database.url })
})
beforeEach(async () => {
  await database.empty()
  for (const id of [one, other])
    await database.query(
      `insert into organization (id, name, country, locale, time_zone, brand, delivery, demo, created_at) values ($1, 'x', 'FR', 'fr', 'Europe/Paris', '{}', '{}', false, now())`,
      [id],
    )
})
afterAll(async () => {
  await db.close()
  await database.close()
})

const assign = (
  subject: string,
  { organizationId = one, type = 'invoice' as 'invoice' | 'credit_note', today = '2027-03-01' } = {},
  after: () => Promise<unknown> = async () => {},
): Promise<InvoiceNumber> =>
  db.as(organizationId, async (tx) => {
    const number = await assignInvoiceNumber(tx, { organizationId, type, subject, today })
    await after()
    return number
  })

const given = async (organizationId = one) =>
  (
    await database.query<{ year: number; number: number; issued_on: string }>(
      'select year, number, issued_on::text from invoice_number where organization_id = $1 order by year, number',
      [organizationId],
    )
  ).map(({ number }) => number)

describe('no gaps', () => {
  test('a number that was rolled back is the next one’s', async () => {
    const failing = assign('a', {}, () => Promise.reject(new Error('no money')))
    await expect(failing).rejects.toThrow('no money')
    expect(await assign('b')).toEqual({ number: 'F-2027-000001', issuedOn: '2027-03-01' })
  })

  test('neither when the connection ends before the commit', async () => {
    const cut = assign('a', {}, async () => {
      await database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and state = 'idle in transaction' and pid <> pg_backend_pid()`,
      )
      await sleep(20)
    })
    await expect(cut).rejects.toThrow()
    expect((await assign('b')).number).toBe('F-2027-000001')
  })

  test('two hundred at once, every third rolled back, in two organizations', async () => {
    const asked = Array.from({ length: 200 }, async (_, n) => {
      const organizationId = n % 2 ? one : other
      const type = n % 5 ? 'invoice' : 'credit_note'
      return assign(`s${n}`, { organizationId, type }, async () => {
        if (n % 4 === 0) await sleep(n % 7)
        if (n % 3 === 0) throw new Error('rolled back')
      })
    })
    const settled = await Promise.allSettled(asked)
    const numbers = settled.flatMap((result, n) => (result.status === 'fulfilled' ? [{ n, ...result.value }] : []))
    expect(numbers).toHaveLength(133)
    for (const [parity, organizationId] of [one, other].entries()) {
      const own = numbers.filter(({ n }) => n % 2 !== parity)
      const expected = own.map((_, index) => index + 1)
      expect(await given(organizationId)).toEqual(expected)
      expect(own.map(({ number }) => Number(number.slice(-6))).sort((a, b) => a - b)).toEqual(expected)
    }
  })
})

test('what was numbered keeps its number, also when it is asked for twenty times at once', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => assign('same')))
  expect(new Set(all.map(({ number }) => number))).toEqual(new Set(['F-2027-000001']))
  expect(await assign('same', { today: '2027-04-01' })).toEqual({ number: 'F-2027-000001', issuedOn: '2027-03-01' })
  expect(await given()).toEqual([1])
})

test('invoices and credit notes are one series, and a credit note of the same subject is another number', async () => {
  expect((await assign('a')).number).toBe('F-2027-000001')
  expect((await assign('a', { type: 'credit_note' })).number).toBe('F-2027-000002')
  expect((await assign('b')).number).toBe('F-2027-000003')
})

test('each year begins at 1; a clock that is behind neither goes back a day nor a year', async () => {
  const days = ['2027-12-31', '2027-12-30', '2028-01-01', '2027-12-31', '2028-01-02']
  const numbers: InvoiceNumber[] = []
  for (const [n, today] of days.entries()) numbers.push(await assign(`s${n}`, { today }))
  expect(numbers).toEqual([
    { number: 'F-2027-000001', issuedOn: '2027-12-31' },
    { number: 'F-2027-000002', issuedOn: '2027-12-31' },
    { number: 'F-2028-000001', issuedOn: '2028-01-01' },
    { number: 'F-2028-000002', issuedOn: '2028-01-01' },
    { number: 'F-2028-000003', issuedOn: '2028-01-02' },
  ])
})

test('a number that was given is not changed by anybody', async () => {
  await assign('a')
  await expect(db.as(one, (tx) => tx.updateTable('invoice_number').set({ number: 7 }).execute())).rejects.toThrow(
    /permission denied/,
  )
  await expect(db.as(one, (tx) => tx.deleteFrom('invoice_number').execute())).rejects.toThrow(/permission denied/)
})

test('the rule alone', () => {
  expect(following({ year: 2027, last: 9, issued_on: '2027-05-05' }, '2027-05-06')).toEqual({
    year: 2027,
    number: 10,
    issued_on: '2027-05-06',
  })
})
