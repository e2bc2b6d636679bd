import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { postText, startHttpServer, THING, things } from '../../../test/http-server.ts'

describe('a request that is refused', () => {
  test.each([
    ['JSON that breaks off', '{"name": "a",\n "to"', 400, 'invalid_json'],
    ['JSON nested a hundred thousand deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 400, 'invalid_json'],
    ['__proto__ in the JSON', '{"name": "a", "__proto__": {"admin": true}}', 400, 'invalid_json'],
    ['__proto__ written with escapes', '{"name": "a", "\\u005f_proto__": {"admin": true}}', 400, 'invalid_json'],
    [
      'constructor.prototype in the JSON',
      '{"name": "a", "metadata": {"constructor": {"prototype": {}}}}',
      400,
      'invalid_json',
    ],
    ['a body that is an array', '[]', 422, 'validation_failed'],
    ['no body at all', '', 422, 'validation_failed'],
    ['a body over 1 MB', `{"name": "${'a'.repeat(1024 * 1024)}"}`, 413, 'payload_too_large'],
  ])('gets a problem document for %s', async (_case, payload, status, code) => {
    const server = await startHttpServer(things)
    const answer = await postText(server, payload)
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.json()).toMatchObject({
      status,
      code,
      type: `urn:carillon:problem:${code}`,
      requestId: answer.headers['x-request-id'],
    })
  })

  test('says where the JSON breaks, without repeating it', async () => {
    const server = await startHttpServer(things)
    const { detail } = (await postText(server, '{"name": "secret",\n "to" oops')).json()
    expect(detail).toContain('line 2')
    expect(detail).not.toContain('secret')
    expect(detail).not.toContain('oops')
  })

  test('is told every unknown key by its path, also inside the nearest form of a union', async () => {
    const server = await startHttpServer(things)
    const answer = await postText(
      server,
      JSON.stringify({ name: 'a', colour: 1, to: { email: 'a@example.com', nick: 'x' } }),
    )
    expect(answer.statusCode).toBe(422)
    expect(
      answer
        .json()
        .errors.map((error: { path: string }) => error.path)
        .sort(),
    ).toEqual(['colour', 'to.nick'])
  })

  test('is told the path of a NUL and of half a surrogate pair, in values and keys, however deep', async () => {
    const server = await startHttpServer(things)
    const answer = await postText(
      server,
      '{"name": "a\\u0000", "metadata": {"list": [{"deep": "x\\ud83d"}], "k\\u0000": 1, "fine": "\\ud83d\\ude00"}}',
    )
    expect(answer.statusCode).toBe(422)
    expect(
      answer
        .json()
        .errors.map((error: { path: string }) => error.path)
        .sort(),
    ).toEqual(['metadata.k', 'metadata.list.0.deep', 'name'])
  })

  test('is refused when it is not UTF-8', async () => {
    const server = await startHttpServer(things)
    const answer = await postText(
      server,
      Buffer.from([...Buffer.from('{"name": "'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')]),
    )
    expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_json' })
  })

  test.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x', 'nonsense'])(
    'is refused as %s',
    async (type) => {
      const server = await startHttpServer(things)
      expect((await postText(server, 'name=a', type)).json()).toMatchObject({
        status: 415,
        code: 'unsupported_media_type',
      })
    },
  )

  test('names the methods an address takes, and says so when there is no such address', async () => {
    const server = await startHttpServer(things)
    const wrong = await server.inject({ method: 'DELETE', url: `/v1/things/${THING.id}` })
    expect(wrong.json()).toMatchObject({
      status: 405,
      code: 'method_not_allowed',
      detail: expect.stringContaining('GET'),
    })
    expect(wrong.headers.allow).toContain('GET')
    expect((await server.inject('/v1/nothing')).json()).toMatchObject({ status: 404, code: 'not_found' })
    expect((await server.inject({ method: 'POST', url: '/', payload: {} })).json()).toMatchObject({
      status: 404,
      code: 'not_found',
    })
  })

  test('names nothing when its id is no id', async () => {
    const server = await startHttpServer(things)
    expect((await server.inject('/v1/things/42')).json()).toMatchObject({ status: 404, code: 'not_found' })
    expect((await server.inject(`/v1/things/${'a'.repeat(5000)}`)).json()).toMatchObject({
      status: 404,
      code: 'not_found',
    })
  })

  test.each(['/v1/%ff', '/v1/%', '/v1/things?name=%00', '/v1/%00'])('cannot have the address %s', async (url) => {
    const server = await startHttpServer(things)
    expect((await server.inject(url)).json()).toMatchObject({ status: 400, code: 'bad_request' })
  })

  test('gets a problem document even when it is not HTTP', async () => {
    const server = await startHttpServer()
    await server.listen({ port: 0, host: '127.0.0.1' })
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1')
    socket.end('HELO example.com\r\n\r\n')
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    await once(socket, 'close')
    const reply = Buffer.concat(chunks).toString()
    expect(reply).toMatch(/^HTTP\/1.1 400 /)
    expect(reply).toContain('"code":"bad_request"')
  })
})
