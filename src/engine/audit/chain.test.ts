import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, TEST_SECRET, type TestApp } from '../../../test/app.ts'
import { testDatabase } from '../../../test/database.ts'
import { openTcpLink, type TcpLink } from '../../../test/tcp-link.ts'
import { createCrypto } from '../../platform/crypto.ts'
import { type Database, openDatabase } from '../../platform/database/database.ts'
import { rotateSecrets } from '../accounts/rotation.ts'
import { beginAgain } from './begin-again.ts'
import { createRetention, LEAST_KEEP_DAYS } from './retention.ts'
import { type Verdict, verifyAll, verifyChain } from './verify.ts'

const DAY_MS = 24 * 3_600_000
const crypto = createCrypto(TEST_SECRET)
const SECOND_SECRET = 'another secret of more than thirty-two characters'

let product: TestApp
let link: TcpLink
let db: Database
beforeAll(async () => {
  const database = await testDatabase()
  link = await openTcpLink(database.url)
  product = await startTestApp({ database, databaseUrl: link.url })
  db = openDatabase({ url: database.url })
})
afterAll(async () => {
  await db.close()
  await link.mend()
  await product.stop()
  await link.close()
  await product.database.close()
})

interface Tenant {
  readonly organizationId: string
  readonly key: string
}

const verify = ({ organizationId }: { organizationId: string }, known = crypto): Promise<Verdict> =>
  verifyChain({ run: db.run, crypto: known, now: product.clock.now() }, organizationId)

async function tenantWith(looks: number): Promise<Tenant> {
  const tenant = await product.otherOrganization()
  for (let n = 0; n < looks; n++) await get(tenant, '/v1/contacts')
  return tenant
}

const get = ({ key }: Tenant, url: string, app = product) => app.call('GET', url, undefined, { key })
const numbersOf = async ({ organizationId }: Tenant) =>
  (
    await product.database.query<{ n: number }>(
      'select n::int from audit_entry where organization_id = $1 order by n',
      [organizationId],
    )
  ).map(({ n }) => n)
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

describe('the chain', () => {
  test('whatever several people do at once, each success is one entry, without a gap, and all of it verifies', async () => {
    const kinds = fc.constantFrom('list', 'add', 'rename', 'no such', 'may not', 'settings', 'send')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(kinds, fc.nat(2)), { minLength: 1, maxLength: 40 }), async (requests) => {
        const tenant = await product.otherOrganization()
        const { organizationId } = tenant
        const make = (name: string, scopes: ('read' | 'send' | 'manage')[]) =>
          product.app.apiKeys.create({ organizationId, name, scopes })
        const actors = [await make('One', ['read', 'send', 'manage']), await make('Two', ['read', 'send', 'manage'])]
        const reader = await make('Reader', ['read'])
        const { body: contact } = await product.call('POST', '/v1/contacts', {}, { key: tenant.key })
        const ask = (kind: string, by: string, n: number) => {
          if (kind === 'list') return product.call('GET', '/v1/messages', undefined, { key: by })
          if (kind === 'add') return product.call('POST', '/v1/contacts', { name: `${n}` }, { key: by })
          if (kind === 'rename')
            return product.call('PATCH', `/v1/contacts/${contact.id}`, { name: `${n}` }, { key: by })
          if (kind === 'no such')
            return product.call('DELETE', `/v1/contacts/${organizationId}`, undefined, { key: by })
          if (kind === 'may not') return product.call('POST', '/v1/contacts', {}, { key: reader.key })
          if (kind === 'settings') return product.call('GET', '/v1/providers', undefined, { key: by })
          const body = { type: 'message.custom', to: { contactId: contact.id }, payload: {} }
          return product.call('POST', '/v1/notifications', body, { key: by })
        }
        const answers = await Promise.all(
          requests.map(async ([kind, by], n) => {
            const { status, headers } = await ask(kind, (actors[by] ?? tenant).key, n)
            return { kind, status, requestId: headers['x-request-id'] as string }
          }),
        )
        const expected = answers.filter(
          ({ kind, status }) => status === 403 || (status < 300 && ['list', 'add', 'rename'].includes(kind)),
        )
        const written = await product.database.query<{ request_id: string }>(
          'select request_id from audit_entry where organization_id = $1 and n > 1',
          [organizationId],
        )
        expect(written.map((row) => row.request_id).sort()).toEqual(expected.map((one) => one.requestId).sort())
        expect(await numbersOf(tenant)).toEqual(upTo(expected.length + 1))
        expect(await verify(tenant)).toMatchObject({ entries: expected.length + 1, faults: [] })
      }),
      { numRuns: 15 },
    )
  })

  test('two processes that write at once keep to one chain', async () => {
    const tenant = await product.otherOrganization()
    const second = await startTestApp({ database: product.database })
    try {
      for (let round = 0; round < 10; round++) {
        const answers = await Promise.all(
          upTo(20).map((n) => get(tenant, '/v1/contacts', n % 2 === 0 ? product : second)),
        )
        expect(answers.map(({ status }) => status)).toEqual(upTo(20).map(() => 200))
      }
    } finally {
      await second.stop()
    }
    expect(await numbersOf(tenant)).toEqual(upTo(200))
    expect((await verify(tenant)).faults).toEqual([])
  })
})

describe('somebody who has the database alone', () => {
  const tamper = async (...statements: [text: string, ...values: unknown[]][]) => {
    const owner = new pg.Client({ connectionString: product.database.url })
    await owner.connect()
    await owner.query('set session_replication_role = replica') // what an owner can: no trigger stands in the way
    for (const [text, ...values] of statements) await owner.query(text, values)
    await owner.end()
  }
  const MINE = 'where organization_id = $1'

  test.each<[string, (id: string) => [text: string, ...values: unknown[]][], Verdict['faults']]>([
    ['nothing', () => [], []],
    [
      'changes an entry',
      (id) => [[`update audit_entry set actor_name = 'Nobody' ${MINE} and n = 3`, id]],
      [{ what: 'changed', from: 3, to: 3 }],
    ],
    [
      'changes the hash of one',
      (id) => [[`update audit_entry set hash = sha256('x') ${MINE} and n = 3`, id]],
      [{ what: 'changed', from: 3, to: 3 }],
    ],
    [
      'changes where one came from',
      (id) => [[`update audit_entry set ip = '192.0.2.1' ${MINE} and n = 4`, id]],
      [{ what: 'changed', from: 4, to: 4 }],
    ],
    [
      'makes it forget that too early',
      (id) => [[`update audit_entry set ip = null, user_agent = null, origin_salt = null ${MINE} and n = 4`, id]],
      [{ what: 'changed', from: 4, to: 4 }],
    ],
    ['removes one', (id) => [[`delete from audit_entry ${MINE} and n = 3`, id]], [{ what: 'removed', from: 3, to: 3 }]],
    [
      'removes the first ones',
      (id) => [[`delete from audit_entry ${MINE} and n < 3`, id]],
      [{ what: 'removed', from: 1, to: 2 }],
    ],
    [
      'cuts off the end',
      (id) => [[`delete from audit_entry ${MINE} and n > 4`, id]],
      [{ what: 'end_cut', from: 5, to: 6 }],
    ],
    [
      'cuts off the end and says so in the head',
      (id) => [
        [`delete from audit_entry ${MINE} and n > 4`, id],
        [
          `update audit_chain c set n = 4, hash = e.hash from audit_entry e where e.organization_id = $1 and e.n = 4 and c.organization_id = $1`,
          id,
        ],
      ],
      [{ what: 'head_changed', from: 4, to: 4 }],
    ],
    [
      'swaps two',
      (id) => [
        [`update audit_entry set n = case n when 2 then -5 when 5 then -2 end ${MINE} and n in (2, 5)`, id],
        [`update audit_entry set n = -n ${MINE} and n < 0`, id],
      ],
      [
        // The one after each cannot be told from one that was changed: what it follows is not there any more.
        { what: 'changed', from: 2, to: 3 },
        { what: 'changed', from: 5, to: 6 },
      ],
    ],
    [
      'removes one and moves the others up',
      (id) => [
        [`delete from audit_entry ${MINE} and n = 3`, id],
        [`update audit_entry set n = -n + 1 ${MINE} and n > 3`, id],
        [`update audit_entry set n = -n ${MINE} and n < 0`, id],
      ],
      [
        { what: 'changed', from: 3, to: 5 },
        { what: 'end_cut', from: 6, to: 6 },
      ],
    ],
    [
      'adds one at the end',
      (id) => [
        [
          `insert into audit_entry select organization_id, 7, id, at, kind, act, outcome, actor_kind, actor_id, actor_name, subjects, details, request_id,
             support_window_id, ip, user_agent, origin_salt, origin_digest, hash from audit_entry ${MINE} and n = 6`,
          id,
        ],
      ],
      [{ what: 'inserted', from: 7, to: 7 }],
    ],
    [
      'moves the beginning up',
      (id) => [
        [`delete from audit_entry ${MINE} and n < 3`, id],
        [
          `update audit_chain c set anchor_n = 2, start_n = 2, start_hash = (select hash from audit_entry e where e.organization_id = $1 and n = 3) where c.organization_id = $1`,
          id,
        ],
      ],
      [
        { what: 'head_changed', from: 6, to: 6 },
        { what: 'changed', from: 3, to: 3 },
      ],
    ],
    [
      'takes the head away',
      (id) => [[`delete from audit_chain ${MINE}`, id]],
      [{ what: 'head_missing', from: 1, to: 6 }],
    ],
  ])('%s', async (_, statements, faults) => {
    const tenant = await tenantWith(6)
    await tamper(...statements(tenant.organizationId))
    expect((await verify(tenant)).faults).toEqual(faults)
    for await (const verdict of verifyAll({ run: db.run, crypto, now: product.clock.now() }))
      if (verdict.organizationId === tenant.organizationId) expect(verdict.faults).toEqual(faults)
  })

  test('cannot use another organization’s key for it', async () => {
    const [one, two] = [await tenantWith(2), await tenantWith(2)]
    await tamper([
      'update audit_chain c set key = o.key from audit_chain o where c.organization_id = $1 and o.organization_id = $2',
      one.organizationId,
      two.organizationId,
    ])
    expect((await verify(one)).faults).toEqual([{ what: 'key_unreadable', from: 1, to: 2 }])
  })

  test.each(['carillon_http', 'carillon_engine', undefined])(
    'as %s, may not even change or delete one',
    async (role) => {
      const tenant = await tenantWith(1)
      const somebody = new pg.Client({
        connectionString: product.database.url,
        ...(role ? { options: `-c role=${role}` } : {}),
      })
      await somebody.connect()
      await somebody.query(`select set_config('app.organization_id', $1, false)`, [tenant.organizationId])
      for (const statement of [
        `update audit_entry set act = 'nothing'`,
        'update audit_entry set ip = null',
        'delete from audit_entry',
        'truncate audit_entry',
        'delete from audit_chain',
        'update audit_chain set n = n - 1',
      ])
        await expect(somebody.query(statement), statement).rejects.toMatchObject({ code: '42501' })
      await somebody.end()
      expect((await verify(tenant)).faults).toEqual([])
    },
  )
})

describe('when the database goes away between what is done and its entry', () => {
  /** Holds an organization's chain, so that its next entry waits, and cuts the way to the database then. */
  async function cutBeforeTheEntry(tenant: Tenant, request: () => ReturnType<TestApp['call']>) {
    const holder = new pg.Client({ connectionString: product.database.url })
    await holder.connect()
    await holder.query('begin')
    await holder.query('select from audit_chain where organization_id = $1 for update', [tenant.organizationId])
    const answer = request()
    await product.eventually(
      async () =>
        (
          await product.database.query(
            `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%audit_chain%' and pid <> pg_backend_pid()`,
          )
        ).length > 0,
    )
    await link.cut()
    const answered = await answer
    await holder.query('rollback')
    await holder.end()
    return answered
  }

  test('a change is kept on the disk, answered, and written once when it is back', async () => {
    const tenant = await tenantWith(1)
    const { status } = await cutBeforeTheEntry(tenant, () =>
      product.call('POST', '/v1/contacts', { name: 'Kept' }, { key: tenant.key }),
    )
    expect(status).toBe(201)
    await link.mend()
    await product.eventually(async () => {
      await product.app.audit.drain().catch(() => {})
      return (await numbersOf(tenant)).length >= 2
    })
    await product.app.audit.drain()
    expect(await numbersOf(tenant)).toEqual([1, 2])
    expect((await verify(tenant)).faults).toEqual([])
  })

  test('what could not be written down is not shown', async () => {
    const tenant = await tenantWith(1)
    const { status, body } = await cutBeforeTheEntry(tenant, () => get(tenant, '/v1/contacts'))
    expect([status, body.code, body.items]).toEqual([503, 'unavailable', undefined])
    await link.mend()
    await product.eventually(async () => (await get(tenant, '/v1/contacts')).status === 200)
    expect((await verify(tenant)).faults).toEqual([])
  })
})

describe('what is forgotten', () => {
  const retentionAfter = (days: number) =>
    createRetention({ db, crypto, clock: { now: () => new Date(product.clock.now().getTime() + days * DAY_MS) } })

  test('addresses go after a year, and the chain stays whole', async () => {
    const tenant = await tenantWith(3)
    const seen = () =>
      product.database.query(
        'select ip, user_agent, origin_salt from audit_entry where organization_id = $1 and ip is not null',
        [tenant.organizationId],
      )
    await retentionAfter(364).sweep()
    expect(await seen()).toHaveLength(3)
    await retentionAfter(366).sweep()
    expect(await seen()).toEqual([])
    const later = new Date(product.clock.now().getTime() + 366 * DAY_MS)
    expect((await verifyChain({ run: db.run, crypto, now: later }, tenant.organizationId)).faults).toEqual([])
  })

  test('entries go after the organization’s time, from the beginning, and what is left verifies', async () => {
    const tenant = await tenantWith(3)
    expect((await get(tenant, '/v1/audit/settings')).body).toEqual({ keepDays: 1096 })
    const days = LEAST_KEEP_DAYS + 1
    await product.call('PATCH', '/v1/audit/settings', { keepDays: days }, { key: tenant.key })
    await retentionAfter(days - 1).sweep()
    expect(await numbersOf(tenant)).toEqual([1, 2, 3, 4])
    await retentionAfter(days + 1).sweep()
    expect(await numbersOf(tenant)).toEqual([])
    for (let n = 0; n < 2; n++) await get(tenant, '/v1/contacts')
    expect(await numbersOf(tenant)).toEqual([5, 6])
    expect(await verify(tenant)).toMatchObject({ entries: 2, faults: [] })
  })

  test('after the secret was changed, the chain verifies and goes on', async () => {
    const tenant = await tenantWith(2)
    const next = createCrypto(SECOND_SECRET, [TEST_SECRET])
    const back = createCrypto(TEST_SECRET, [SECOND_SECRET])
    await rotateSecrets(db.run, next)
    expect((await verify(tenant, createCrypto(SECOND_SECRET))).faults).toEqual([])
    expect((await verify(tenant)).faults).toEqual([{ what: 'key_unreadable', from: 1, to: 2 }])
    await rotateSecrets(db.run, back)
    await get(tenant, '/v1/contacts')
    expect(await verify(tenant)).toMatchObject({ entries: 3, faults: [] })
  })

  test('with the secret lost nothing can be done, until somebody lets it go on; and that stays visible', async () => {
    const tenant = await tenantWith(3)
    const lost = await startTestApp({ database: product.database, secret: SECOND_SECRET })
    const add = () => lost.call('POST', '/v1/contacts', { name: 'Unsaid' }, { key: tenant.key })
    const { status, body } = await add()
    expect([status, body.code, body.detail]).toEqual([503, 'unavailable', expect.stringContaining('audit-begin-again')])
    expect(await product.database.query(`select from contact where name = 'Unsaid'`)).toEqual([])
    expect((await get(tenant, '/v1/contacts', lost)).status).toBe(503)

    const second = createCrypto(SECOND_SECRET)
    expect(await beginAgain(db.run, second)).toBeGreaterThan(0)
    expect((await add()).status).toBe(201)
    expect(await numbersOf(tenant)).toEqual([1, 2, 3, 4])
    expect((await verify(tenant, second)).faults).toEqual([{ what: 'key_unreadable', from: 1, to: 3 }])
    await lost.stop()
  })
})
