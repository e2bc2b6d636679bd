import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { merge, withoutSecrets } from './settings.ts'

const schema = z.strictObject({
  host: z.string(),
  port: z.int().default(25),
  password: z.string().meta({ secret: true }).optional(),
  token: z.string().optional().meta({ secret: true }),
  dkim: z.strictObject({ selector: z.string(), privateKey: z.string().meta({ secret: true }) }).optional(),
  keys: z.array(z.string()).optional(),
})

test('what is marked is left out and named, however deep and whatever wraps it', () => {
  const settings = { host: 'h', port: 1, password: 'p', token: 't', dkim: { selector: 's', privateKey: 'k' } }
  expect(withoutSecrets({ settings: schema }, settings)).toEqual({
    shown: { host: 'h', port: 1, dkim: { selector: 's' } },
    secrets: ['password', 'token', 'dkim.privateKey'],
  })
})

test('what the schema does not name, and what is inside a list, is not shown', () => {
  const { shown } = withoutSecrets({ settings: schema }, { host: 'h', unknown: 'x', keys: ['k'] })
  expect(shown).toEqual({ host: 'h' })
})

test('whatever the secrets are, none of them is shown', () => {
  const secret = fc.uuid().map((id) => `secret-${id}`)
  fc.assert(
    fc.property(secret, secret, secret, fc.string(), (password, token, privateKey, host) => {
      const { shown } = withoutSecrets(
        { settings: schema },
        { host, password, token, dkim: { selector: 's', privateKey } },
      )
      expect(JSON.stringify(shown)).not.toContain('secret-')
    }),
  )
})

test('a change takes the place of what was, null takes it away, the rest stays', () => {
  const saved = { host: 'h', password: 'p', dkim: { selector: 's', privateKey: 'k' }, keys: ['a', 'b'] }
  expect(merge(saved, {})).toEqual(saved)
  expect(merge(saved, { host: 'i', password: null, dkim: { selector: 't' }, keys: ['c'] })).toEqual({
    host: 'i',
    dkim: { selector: 't', privateKey: 'k' },
    keys: ['c'],
  })
  expect(merge(saved, { dkim: null })).toEqual({ host: 'h', password: 'p', keys: ['a', 'b'] })
  expect(merge({}, JSON.parse('{"__proto__":{"polluted":true}}'))).not.toHaveProperty('polluted')
  expect({}).not.toHaveProperty('polluted')
})

test('every provider marks its secrets: no field with such a name is shown', async () => {
  const files = globSync(fileURLToPath(new URL('../providers/*/settings.ts', import.meta.url))).filter(
    (file) => !file.includes('/http-client/'),
  )
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) {
    const schemas = Object.values((await import(file)) as object).filter((value) => value instanceof z.ZodObject)
    expect(schemas.length, file).toBeGreaterThan(0)
    for (const settings of schemas) {
      const { shown } = withoutSecrets({ settings }, filled(settings))
      // Vonage calls the account's name its API key; the secret is another field.
      const { apiKey, ...rest } = shown
      expect(JSON.stringify(file.includes('/vonage/') ? rest : { apiKey, ...rest }), file).not.toMatch(
        /"[^"]*(password|secret|token|apiKey|privateKey)[^"]*":/i,
      )
    }
  }
})

/** Something in every field, as deep as there are objects. */
function filled(schema: z.core.$ZodType): Record<string, unknown> {
  const { def } = schema._zod as { def: { innerType?: z.core.$ZodType; in?: z.core.$ZodType } }
  const inner = def.innerType ?? def.in
  if (inner) return filled(inner)
  if (!(schema instanceof z.ZodObject)) return 'something' as never
  return Object.fromEntries(Object.entries(schema.shape).map(([key, field]) => [key, filled(field as z.core.$ZodType)]))
}
