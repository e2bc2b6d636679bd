import { signedHeaders, signingKey } from '../src/engine/providers/sandbox/signature.ts'
import { TEST_SECRET, type TestApp } from './app.ts'

/** The platform's accounts of the sandbox; fixed, because they are in addresses. */
export const SANDBOX_ACCOUNTS = {
  email: '00000000-0000-7000-8000-000000000011',
  sms: '00000000-0000-7000-8000-000000000012',
  whatsapp: '00000000-0000-7000-8000-000000000013',
} as const

/** Calls a webhook as the sandbox carriers do, signed; the status of the answer. */
export async function postAsSandbox(app: TestApp, accountId: string, call: object): Promise<number> {
  const body = Buffer.from(JSON.stringify(call))
  const headers = {
    'content-type': 'application/json',
    ...signedHeaders(signingKey(TEST_SECRET), body, app.clock.now()),
  }
  const url = `/webhooks/sandbox/${accountId}`
  return (await app.app.http.inject({ method: 'POST', url, headers, payload: body })).statusCode
}
