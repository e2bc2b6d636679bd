import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

interface Tenant {
  readonly organizationId: string
  readonly key: string
}

const KEY = 'message.custom'
const at = (channel = 'sms', locale = 'fr', key = KEY) => `/v1/templates/${key}/${channel}/${locale}`
const as = (tenant: Tenant) => ({
  get: (path: string) => app.call('GET', path, undefined, { key: tenant.key }),
  post: (path: string, body: object = {}) => app.call('POST', path, body, { key: tenant.key }),
  put: (path: string, body: object) => app.call('PUT', path, body, { key: tenant.key }),
  delete: (path: string) => app.call('DELETE', path, undefined, { key: tenant.key }),
})
const sms = (text: string) => ({ source: { text } })

describe('what is refused, with nothing stored', () => {
  test.each([
    ['a key that is nobody’s', at('sms', 'fr', 'order.imagined'), 404, 'not_found'],
    ['a channel there is not', at('pigeon'), 404, 'not_found'],
    ['a language there is not', at('sms', 'french!'), 422, 'validation_failed'],
    ['a language in another spelling', at('sms', 'FR'), 422, 'validation_failed'],
  ])('%s', async (_, path, status, code) => {
    const me = as(await app.otherOrganization())
    for (const reply of [
      await me.get(path),
      await me.put(`${path}/draft`, { ...sms('x'), revision: 0 }),
      await me.post(`${path}/preview`, sms('x')),
      await me.post(`${path}/publish`, sms('x')),
      await me.post(`${path}/rollback`, { versionId: '019a9f00-0000-7000-8000-000000000050' }),
      await me.post(`${path}/reset`),
      await me.get(`${path}/versions`),
      await me.get(`${path}/diff?from=live&to=draft`),
    ])
      expect([reply.status, reply.body.code]).toEqual([status, code])
  })

  test('every fault of a publication, with its line and column', async () => {
    const me = as(await app.otherOrganization())
    const body =
      '<mj-text>\n  {{nope}}\n</mj-text>\n<script>alert(1)</script>\n<mj-text><a href="/orders">x</a></mj-text>'
    const { status, body: problem } = await me.post(`${at('email')}/publish`, {
      source: { subject: 'Hello {{nane}}', body },
    })
    expect([status, problem.code]).toEqual([422, 'template_invalid'])
    expect(problem.errors).toEqual([
      expect.objectContaining({ path: 'source.subject', line: 1, column: 9 }),
      expect.objectContaining({ path: 'source.body', line: 2, column: 5 }),
      expect.objectContaining({ path: 'source.body', line: 4, column: 1 }),
      expect.objectContaining({ path: 'source.body', line: 5, column: 10 }),
    ])
    expect((await me.get(`${at('email')}/versions`)).body.items).toEqual([])
  })

  test('a source that is none, unknown fields, and what is too long', async () => {
    const me = as(await app.otherOrganization())
    expect((await me.post(`${at()}/publish`, { source: 'x' })).body.errors[0].path).toBe('source')
    expect((await me.post(`${at()}/publish`, { source: { words: 'x' } })).body.code).toBe('template_invalid')
    expect((await me.post(`${at()}/publish`, { sauce: {} })).body.code).toBe('validation_failed')
    const long = { source: { text: 'x'.repeat(250_000) }, revision: 0 }
    expect((await me.put(`${at()}/draft`, long)).body.errors[0].path).toBe('source')
  })

  test('for keys that may not, and members whose role has no part in it', async () => {
    const { key } = await app.app.apiKeys.create({
      organizationId: app.organizationId,
      name: 'Reader',
      scopes: ['read', 'send'],
    })
    for (const [method, path, body] of [
      ['PUT', 'draft', { ...sms('x'), revision: 0 }],
      ['POST', 'publish', sms('x')],
      ['POST', 'preview', sms('x')],
      ['POST', 'reset', {}],
      ['POST', 'test-send', {}],
    ] as const)
      expect((await app.call(method, `${at()}/${path}`, body, { key })).status).toBe(403)
    expect((await app.call('GET', at(), undefined, { key })).status).toBe(200)
    const headers = await app.signedIn('practitioner@example.org', { role: 'practitioner' })
    expect((await app.call('POST', `${at()}/publish`, sms('x'), { key: null, headers })).status).toBe(403)
    const { body } = await app.call('GET', `${at()}/versions?of=built_in`, undefined, { key: null, headers })
    expect(body.items[0].statistics).toBeNull()
  })
})

describe('a draft', () => {
  test('may be faulty, is shown as it was written, and changes nothing that is live', async () => {
    const me = as(await app.otherOrganization())
    const { status, body } = await me.put(`${at()}/draft`, { ...sms('{{nope'), revision: 0 })
    expect([status, body.draft.source, body.draftRevision, body.state]).toEqual([
      200,
      { text: '{{nope' },
      1,
      'built_in',
    ])
    const { body: shown } = await me.post(`${at()}/preview`)
    expect(shown).toMatchObject({ content: null, faults: [{ path: 'source.text', line: 1, column: 3 }] })
    expect((await me.post(`${at()}/publish`)).body.code).toBe('template_invalid')
  })

  test('is not written over by somebody who saw an earlier one', async () => {
    const me = as(await app.otherOrganization())
    const save = (text: string, revision: number) => me.put(`${at()}/draft`, { ...sms(text), revision })
    expect((await save('a', 3)).status).toBe(409)
    const both = await Promise.all([save('mine', 0), save('theirs', 0)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect((await save('again', 0)).body.detail).toContain('revision 1')
    expect((await save('again', 1)).body.draftRevision).toBe(2)
    expect((await me.post(`${at()}/publish`, { revision: 1 })).status).toBe(409)

    expect((await me.delete(`${at()}/draft?revision=1`)).status).toBe(409)
    expect((await me.delete(`${at()}/draft`)).status).toBe(204)
    expect((await me.delete(`${at()}/draft`)).status).toBe(409)
    const { body } = await me.get(at())
    expect([body.draft, body.draftRevision]).toEqual([null, 3])
    expect((await save('from long ago', 2)).status).toBe(409)
    expect((await save('anew', 3)).status).toBe(200)
  })

  test('ends with its publication, and a second click publishes nothing', async () => {
    const me = as(await app.otherOrganization())
    await me.put(`${at()}/draft`, { ...sms('ONE {{body}}'), revision: 0 })
    const both = await Promise.all([me.post(`${at()}/publish`), me.post(`${at()}/publish`)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    const { body } = await me.get(at())
    expect([body.state, body.draft, body.live.number, body.live.source]).toEqual([
      'own',
      null,
      1,
      { text: 'ONE {{body}}' },
    ])
    expect((await me.post(`${at()}/publish`)).status).toBe(409)
  })
})

describe('a preview', () => {
  test('of a mail has its subject, preheader, HTML and text, with the sample or a payload given', async () => {
    const me = as(await app.otherOrganization())
    const source = {
      subject: 'S: {{subject}}',
      preheader: 'P: {{contact.name}}',
      body: '<mj-text>{{body}}</mj-text>',
    }
    const { body } = await me.post(`${at('email')}/preview`, { source, contactName: 'Zoé' })
    expect(body).toMatchObject({ faults: [], preheader: 'P: Zoé', content: { subject: 'S: Nos horaires changent' } })
    const given = { subject: '<b>', body: '<script>' }
    const { body: own } = await me.post(`${at('email')}/preview`, { source, payload: given })
    expect(own.content.html).toContain('&lt;script&gt;')
    expect(own.content.html).not.toContain('<script>')
    const refused = await me.post(`${at('email')}/preview`, { source, payload: { subject: 'x' } })
    expect([refused.status, refused.body.errors[0].path]).toEqual([422, 'payload.body'])
  })

  test('of an SMS says what it comes to, as it would be sent', async () => {
    const me = as(await app.otherOrganization())
    const folded = (await me.post(`${at()}/preview`, sms('Fenêtre {{subject}}'))).body
    expect(folded).toMatchObject({
      content: { text: 'Fenetre Nos horaires changent' },
      sms: { encoding: 'GSM-7', segments: 1, costClass: 'one_part' },
    })
    const emoji = (await me.post(`${at()}/preview`, sms(`${'é'.repeat(70)}🎉`))).body
    expect(emoji.sms).toMatchObject({ encoding: 'UCS-2', segments: 2, costClass: 'several_parts' })
  })

  test('of WhatsApp has its buttons, of the app its link', async () => {
    const me = as(await app.otherOrganization())
    const buttons = { kind: 'reply', buttons: [{ id: 'yes', title: 'Oui {{subject}}' }] }
    const { body } = await me.post(`${at('whatsapp')}/preview`, { source: { text: '{{body}}', buttons } })
    expect(body.content.buttons).toEqual({ kind: 'reply', buttons: [{ id: 'yes', title: 'Oui Nos horaires ch…' }] })
    const inApp = { title: '{{subject}}', body: '{{body}}', actionUrl: '{{actionUrl}}' }
    expect((await me.post(`${at('in_app')}/preview`, { source: inApp })).body.content.actionUrl).toBe(
      'https://example.com/horaires',
    )
  })

  test('of a version, the draft, or what is live', async () => {
    const me = as(await app.otherOrganization())
    const first = (await me.post(`${at()}/publish`, sms('ONE {{subject}}'))).body
    await me.post(`${at()}/publish`, sms('TWO {{subject}}'))
    const said = async (body: object) => (await me.post(`${at()}/preview`, body)).body.content.text
    expect(await said({ versionId: first.versionId })).toMatch(/^ONE/)
    expect(await said({})).toMatch(/^TWO/)
    await me.put(`${at()}/draft`, { ...sms('THREE'), revision: 0 })
    expect(await said({})).toBe('THREE')
    expect((await me.post(`${at('sms', 'de')}/preview`)).status).toBe(409)
  })
})

describe('versions', () => {
  test('rolling back publishes the old words anew, resetting goes back to the built-in ones', async () => {
    const me = as(await app.otherOrganization())
    const first = (await me.post(`${at()}/publish`, sms('ONE {{body}}'))).body
    const second = (await me.post(`${at()}/publish`, sms('TWO {{body}}'))).body
    expect((await me.post(`${at()}/rollback`, { versionId: second.versionId })).status).toBe(409)
    const third = (await me.post(`${at()}/rollback`, { versionId: first.versionId })).body
    expect(third.number).toBe(3)
    const { body: list } = await me.get(`${at()}/versions`)
    expect(
      list.items.map((item: { number: number; live: boolean; restores: string | null }) => [
        item.number,
        item.live,
        item.restores,
      ]),
    ).toEqual([
      [3, true, first.versionId],
      [2, false, null],
      [1, false, null],
    ])
    expect((await me.get(`${at()}/versions/${first.versionId}`)).body.source).toEqual({ text: 'ONE {{body}}' })

    const reset = (await me.post(`${at()}/reset`)).body
    expect([reset.state, reset.live.builtIn]).toEqual(['built_in', true])
    expect((await me.post(`${at()}/reset`)).status).toBe(409)
    expect((await me.get(`${at()}/versions`)).body.items).toHaveLength(3)
  })

  test('come page by page', async () => {
    const me = as(await app.otherOrganization())
    for (const text of ['a', 'b', 'c']) await me.post(`${at()}/publish`, sms(text))
    const first = (await me.get(`${at()}/versions?limit=2`)).body
    const rest = (await me.get(`${at()}/versions?limit=2&cursor=${first.nextCursor}`)).body
    expect([...first.items, ...rest.items].map(({ number }) => number)).toEqual([3, 2, 1])
    expect(rest.nextCursor).toBeNull()
  })

  test('their differences are told line by line', async () => {
    const me = as(await app.otherOrganization())
    const first = (await me.post(`${at()}/publish`, sms('one\ntwo\nthree'))).body
    await me.put(`${at()}/draft`, { ...sms('one\n2\nthree'), revision: 0 })
    const { body } = await me.get(`${at()}/diff?from=${first.versionId}&to=draft`)
    expect(body.fields).toEqual([
      {
        field: 'text',
        changed: true,
        lines: [
          { kind: 'same', text: 'one' },
          { kind: 'removed', text: 'two' },
          { kind: 'added', text: '2' },
          { kind: 'same', text: 'three' },
        ],
      },
    ])
    expect((await me.get(`${at()}/diff?from=built_in&to=live`)).body.fields[0].changed).toBe(true)
    expect((await me.get(`${at()}/diff?from=yesterday&to=live`)).status).toBe(422)
    const theirs = await as(await app.otherOrganization()).get(`${at()}/diff?from=${first.versionId}&to=live`)
    expect(theirs.status).toBe(404)
  })

  test('the built-in words changed since the own ones were made from them', async () => {
    const me = as(await app.otherOrganization())
    await me.post(`${at('sms', 'en')}/publish`, sms('OURS {{body}}'))
    expect((await me.get(at('sms', 'en'))).body.builtInChanged).toBe(false)
    // As a version of the product with other words publishes them at its start.
    await app.database.query(`
      with old as (
        select v.template_id, v.locale, v.compiled from template_current c join template t on t.id = c.template_id join template_version v on v.id = c.template_version_id
        where t.key = '${KEY}' and t.channel = 2 and c.locale = 'en' and t.organization_id is null
      ), new as (
        insert into template_version (id, template_id, locale, number, source, compiled, content_hash, created_at, published_at)
        select '019a9f00-0000-7000-8000-0000000000aa', template_id, locale, 99, '{"text":"NEWER {{body}}"}', compiled, 'x', now(), now() from old returning id, template_id
      ) update template_current c set template_version_id = new.id from new where c.template_id = new.template_id and c.locale = 'en'`)
    const { body } = await me.get(at('sms', 'en'))
    expect(body).toMatchObject({ builtInChanged: true, builtIn: { source: { text: 'NEWER {{body}}' } } })
    expect((await me.get('/v1/templates?builtInChanged=true')).body.items).toMatchObject([{ key: KEY, locale: 'en' }])
    const { body: diff } = await me.get(`${at('sms', 'en')}/diff?from=built_in_then&to=built_in`)
    expect(diff.fields[0].lines).toContainEqual({ kind: 'added', text: 'NEWER {{body}}' })
    // Whoever publishes after that has seen them.
    await me.post(`${at('sms', 'en')}/publish`, sms('OURS {{body}}'))
    expect((await me.get(at('sms', 'en'))).body.builtInChanged).toBe(false)
  })

  test('one that was used, is live, or was a moment ago, is not removed', async () => {
    const tenant = await app.otherOrganization()
    const me = as(tenant)
    const version = async (text: string) => (await me.post(`${at()}/publish`, sms(text))).body.versionId as string
    const used = await version('USED {{body}}')
    const to = { phone: '+33639981234', email: 'chain@example.org' }
    await me.post('/v1/notifications', { type: KEY, to, channels: ['sms'], payload: { subject: 's', body: 'b' } })
    const chained = await version('CHAINED {{body}}')
    const chain = { firstOf: ['email', 'sms'] }
    await me.post('/v1/notifications', { type: KEY, to, channels: chain, payload: { subject: 's', body: 'c' } })
    const unused = await version('UNUSED {{body}}')
    const live = await version('LIVE {{body}}')
    await app.settled()

    const remove = (id: string) => me.delete(`${at()}/versions/${id}`)
    const why = async (id: string) => (await remove(id)).body.detail
    expect(await why(live)).toContain('it is live')
    expect(await why(unused)).toContain('live a moment ago')
    app.clock.advance(6 * 60_000)
    expect(await why(used)).toContain('1 message names it')
    expect(await why(chained)).toContain('another channel')
    expect((await remove(unused)).status).toBe(204)
    expect((await remove(unused)).status).toBe(404)
    expect((await me.post(`${at()}/rollback`, { versionId: unused })).status).toBe(404)
    const numbers = (await me.get(`${at()}/versions`)).body.items.map(({ number }: { number: number }) => number)
    expect(numbers).toEqual([4, 2, 1])
    expect((await me.post(`${at()}/publish`, sms('NEXT {{body}}'))).body.number).toBe(5)
    expect((await remove((await me.get(`${at()}/versions?of=built_in`)).body.items[0].id)).status).toBe(409)
  })
})

describe('the list', () => {
  test('has every template in every language, filtered and in pages', async () => {
    const me = as(await app.otherOrganization())
    await me.post(`${at('sms', 'de')}/publish`, sms('DE {{body}}'))
    await me.put(`${at('email', 'en')}/draft`, { source: {}, revision: 0 })
    const own = (await me.get('/v1/templates?state=own')).body.items
    expect(own).toMatchObject([{ key: KEY, channel: 'sms', locale: 'de', type: 'message.custom', draft: null }])
    expect((await me.get('/v1/templates?draft=true')).body.items).toMatchObject([
      { key: KEY, channel: 'email', locale: 'en', state: 'built_in', draft: { revision: 1 } },
    ])
    expect((await me.get('/v1/templates?search=MESSAGE.CUS&channel=email')).body.items).toHaveLength(2)

    const seen: string[] = []
    for (let cursor = ''; ; ) {
      const { body } = await me.get(`/v1/templates?limit=7${cursor && `&cursor=${cursor}`}`)
      for (const { key, channel, locale } of body.items) seen.push(`${key} ${channel} ${locale}`)
      cursor = body.nextCursor
      if (cursor === null) break
    }
    const expected = app.app.catalogue.entries.flatMap((entry) =>
      Object.entries(entry.templates).flatMap(([locale, sources]) =>
        Object.keys(sources).map((channel) => `${entry.templateKey} ${channel} ${locale}`),
      ),
    )
    expect(seen.toSorted()).toEqual([...new Set([...expected, `${KEY} sms de`])].toSorted())
  })

  test('an organization sees nothing of another’s words, and cannot touch them', async () => {
    const [mine, theirs] = [await app.otherOrganization(), await app.otherOrganization()]
    const { versionId } = (await as(theirs).post(`${at()}/publish`, sms('THEIRS {{body}}'))).body
    await as(theirs).put(`${at()}/draft`, { ...sms('SECRET'), revision: 0 })
    const me = as(mine)
    expect((await me.get(at())).body).toMatchObject({ state: 'built_in', draft: null, draftRevision: 0 })
    expect((await me.get(`${at()}/versions`)).body.items).toEqual([])
    for (const reply of [
      await me.get(`${at()}/versions/${versionId}`),
      await me.delete(`${at()}/versions/${versionId}`),
      await me.post(`${at()}/rollback`, { versionId }),
      await me.post(`${at()}/preview`, { versionId }),
    ])
      expect([reply.status, reply.body.code]).toEqual([404, 'not_found'])
    // Nor past the code: rows of others are not there for the role requests work as.
    await app.database.query('set role carillon_http')
    await app.database.query("select set_config('app.organization_id', $1, false)", [mine.organizationId])
    const [seen] = await app.database.query<{ n: number }>(
      `select (select count(*) from template_draft)::int + (select count(*) from template_version where id = '${versionId}')::int as n`,
    )
    await app.database.query('reset role')
    expect(seen!.n).toBe(0)
  })

  test('who changed it is in the audit log, by its name', async () => {
    const tenant = await app.otherOrganization()
    await as(tenant).post(`${at()}/publish`, sms('AUDITED {{body}}'))
    const { body } = await as(tenant).get('/v1/audit?act=template.published')
    expect(body.items[0]).toMatchObject({ act: 'template.published', details: { about: `${KEY} sms fr` } })
  })
})
