import type { Site } from './site.ts'

/** Adds an account of the organization's own; its id. */
export async function addAccount(site: Site, account: Record<string, unknown>): Promise<string> {
  const { status, body } = await site.product.call<{ id: string }>('POST', '/v1/providers', account)
  if (status !== 201) throw new Error(`POST /v1/providers answered ${status} ${JSON.stringify(body)}`)
  return body.id
}

/** Accounts of an organization are on the public internet; those of a scenario are on this machine. */
export const ALLOWED_HERE = { env: { CARILLON_ALLOW_PRIVATE_HOSTS: '1' } }
