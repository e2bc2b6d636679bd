import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { startHttpServer, things } from '../../../test/http-server.ts'
import { openapiDocument } from './openapi.ts'
import { openapiFaults } from './openapi-faults.ts'

describe('the OpenAPI document', () => {
  test('describes the routes with examples, problems and no empty schema', async () => {
    const server = await startHttpServer(things)
    const document = openapiDocument(server)
    expect(document.openapi).toBe('3.1.0')
    expect(document.paths['/v1/things']?.post).toMatchObject({
      operationId: 'postV1Things',
      requestBody: { content: { 'application/json': { example: { name: 'one' } } } },
      responses: {
        201: { content: { 'application/json': { example: { name: 'one', at: '2026-11-20T09:00:00.000Z' } } } },
        default: { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
      },
    })
    expect(openapiFaults(server)).toEqual([])
    expect((await server.inject('/openapi.json')).json()).toEqual(JSON.parse(JSON.stringify(document)))
  })

  test('is faulted for what it leaves out', async () => {
    const server = await startHttpServer((server) => {
      server.post(
        '/v1/bad/:id',
        {
          schema: {
            body: z.object({ a: z.string().transform(Number) }),
            response: { 200: z.object({ n: z.int() }) },
            example: { body: { a: 1 }, response: { n: 'x' } },
          },
        },
        async () => ({ n: 1 }),
      )
      server.get(
        '/v1/one',
        {
          schema: {
            summary: 's',
            tags: ['t'],
            response: { 200: z.object({ a: z.string() }).meta({ id: 'Twin' }) },
            example: { response: { a: '' } },
          },
        },
        async () => ({ a: '' }),
      )
      server.get(
        '/v1/two',
        {
          schema: {
            summary: 's',
            tags: ['t'],
            response: { 200: z.object({ b: z.string() }).meta({ id: 'Twin' }) },
            example: { response: { b: '' } },
          },
        },
        async () => ({ b: '' }),
      )
    })
    const faults = openapiFaults(server).join('\n')
    for (const fault of [
      'no summary',
      'no tag',
      'not a z.strictObject',
      'its example body is refused',
      'does not match 200',
      'path parameters',
      'two schemas are named Twin',
    ]) {
      expect(faults).toContain(fault)
    }
  })
})
