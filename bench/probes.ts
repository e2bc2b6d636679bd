import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { hashToken } from '../src/platform/crypto.ts'
import { BODY } from './content.ts'
import { query } from './lab/servers.ts'
import type { SunkMail } from './sink.ts'
import type { Ours, Site } from './site.ts'

export const PROBE_EVERY_MS = 200
const LAST_PROBES_MS = 30_000
const OTHER_KEY = 'crl_other000000000000000000000000000000000000000'

export type Kind = 'critical' | 'other'

export interface Probe {
  readonly kind: Kind
  readonly address: string
  readonly acceptedAt: number
  readonly acceptMs: number
}

export const isProbe = (address: string) => address.endsWith('@probe.test')

/** The other organization, whose messages are looked at. */
export async function addOrganization(url: string): Promise<void> {
  const [row] = await query<{ id: string }>(
    url,
    `insert into organization (id, name, created_at) values ($1, 'Another organization', now()) returning id`,
    [randomUUID()],
  )
  await query(
    url,
    `insert into api_key (id, organization_id, name, prefix, hash, scopes, created_at) values ($1, $2, 'Bench', $3, $4, '{send,read}', now())`,
    [randomUUID(), row!.id, OTHER_KEY.slice(0, 12), hashToken(OTHER_KEY)],
  )
}

/** Sends both kinds in turn, each to an address of its own, whether or not the ones before are answered. */
export function startProbes({ product }: Ours) {
  const pool = new Pool(product.origin, { connections: 16, pipelining: 1 })
  const probes: Probe[] = []
  const open: Promise<void>[] = []
  let stopped = false

  async function send(kind: Kind, n: number): Promise<void> {
    const address = `${kind}-${n}@probe.test`
    const began = Date.now()
    const answer = await pool.request({
      method: 'POST',
      path: '/v1/notifications',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${kind === 'critical' ? product.apiKey : OTHER_KEY}`,
      },
      body: JSON.stringify({
        type: 'message.custom',
        to: { email: address },
        channels: ['email'],
        lane: kind === 'critical' ? 'critical' : 'immediate',
        payload: { subject: `${kind} ${n}`, body: BODY },
      }),
    })
    const text = await answer.body.text()
    if (answer.statusCode !== 202) throw new Error(`A probe was refused: ${answer.statusCode} ${text}`)
    const acceptedAt = Date.now()
    probes.push({ kind, address, acceptedAt, acceptMs: acceptedAt - began })
  }

  const work = (async () => {
    for (let n = 0; !stopped; n++) {
      open.push(send('critical', n), send('other', n))
      await sleep(PROBE_EVERY_MS)
    }
  })()
  return {
    async stop(): Promise<Probe[]> {
      stopped = true
      await work
      await Promise.all(open)
      await pool.close()
      return probes.toSorted((a, b) => a.acceptedAt - b.acceptedAt)
    },
  }
}

/** Every mail, once the last probe is among them. Throws when one does not come: it would be missing from the figures. */
export async function mailsOnceTheyAreAll(site: Site, probes: readonly Probe[]): Promise<SunkMail[]> {
  for (const end = Date.now() + LAST_PROBES_MS; ; ) {
    const mails = await site.sink.mails()
    const taken = new Set(mails.map((mail) => mail.recipients[0]))
    const missing = probes.filter((probe) => !taken.has(probe.address)).length
    if (missing === 0) return mails
    if (Date.now() > end) throw new Error(`${missing} of ${probes.length} single messages did not come in time`)
    await sleep(1_000)
  }
}
