import { expect, test } from 'vitest'
import { tellOnce } from './tell-once.ts'

test('an outage is told once, whatever passes it on; another fault is told as well', () => {
  const told: string[] = []
  const tell = tellOnce((error) => told.push(error.message))
  const refused = new Error('connect ECONNREFUSED')
  tell(refused)
  tell(refused)
  for (let n = 0; n < 50; n++) tell(new Error('connect ECONNREFUSED'))
  tell(new Error('out of memory'))
  expect(told).toEqual(['connect ECONNREFUSED', 'out of memory'])
})

test('endlessly different messages do not pile up', () => {
  let told = 0
  const tell = tellOnce(() => told++)
  for (let n = 0; n < 1_000; n++) tell(new Error(`fault ${n}`))
  expect(told).toBe(1_000)
})
