import { afterAll, beforeAll, expect, test } from 'vitest'
import { openapiFaults } from '../src/platform/http/openapi-faults.ts'
import { startTestApp, type TestApp } from './app.ts'

let product: TestApp
beforeAll(async () => {
  product = await startTestApp()
})
afterAll(() => product.stop())

test('every operation has a summary, an example its schema accepts, and says everything it takes', () => {
  expect(openapiFaults(product.app.http)).toEqual([])
})
