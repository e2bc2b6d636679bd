import { afterAll, beforeAll, expect, test } from 'vitest'
import { openapiDocument } from '../../platform/http/openapi.ts'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { actOf } from './acts.ts'

let product: TestApp
beforeAll(async () => {
  product = await startTestApp()
})
afterAll(() => product.stop())

test('every operation of the API has its act', () => {
  const missing = Object.entries(openapiDocument(product.app.http).paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .map((method) => [method.toUpperCase(), path.replace(/\{(\w+)\}/g, ':$1')] as const)
      .filter(([method, url]) => !actOf(method, url)),
  )
  expect(missing).toEqual([])
})

test('smoke', async () => {
  const made = await product.post('/v1/contacts', { email: 'somebody@example.org', name: 'N' })
  console.log(made.status, made.body)
  console.log((await product.get('/v1/contacts')).status)
  console.log(JSON.stringify((await product.get('/v1/audit')).body, null, 1))
  console.log((await product.get('/v1/audit/verify')).body)
})
