import { sleep } from '../../../bench/lab/processes.ts'
import type { Site } from './site.ts'

/** Workers follow the accounts once a second. */
const FOLLOWED_WITHIN_MS = 2_000

/** Adds accounts of the organization's own, and waits until every worker sends by them. */
export async function addAccounts(site: Site, ...accounts: Record<string, unknown>[]): Promise<void> {
  for (const account of accounts) {
    const { status, body } = await site.product.call('POST', '/v1/providers', account)
    if (status !== 201) throw new Error(`POST /v1/providers answered ${status} ${JSON.stringify(body)}`)
  }
  await sleep(FOLLOWED_WITHIN_MS)
}

/** Accounts of an organization are on the public internet; those of a scenario are on this machine. */
export const ALLOWED_HERE = { env: { CARILLON_ALLOW_PRIVATE_HOSTS: '1' } }
