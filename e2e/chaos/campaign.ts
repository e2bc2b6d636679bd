import { addAgreed } from '../../bench/campaign-contacts.ts'
import { until } from '../../bench/lab/processes.ts'
import { query } from '../../bench/lab/servers.ts'
import type { Accepted, Scenario, Stage } from './frame/scenario.ts'

const RECIPIENTS = 20_000
const KILLS = 4
const FURTHER_WITHIN_MS = 60_000

/** One of two workers dies in the middle of a campaign, again and again, while others send too. */
export const campaign: Scenario = {
  name: 'campaign',
  what: `kill -9 in the middle of a campaign of ${RECIPIENTS} recipients, of each of two workers in turn`,
  plan: { messages: 1_000, perSecond: 50, layout: 'two workers' },
  async strike(stage) {
    const { site, kill } = stage
    const segmentId = await addAgreed(site.databaseUrl(), RECIPIENTS)
    const id = await begin(stage, segmentId)
    for (let round = 0; round < KILLS; round++) {
      const share = (round + 0.2 + 0.6 * stage.random()) / (KILLS + 1)
      await until(
        `${share} of the campaign`,
        FURTHER_WITHIN_MS,
        async () => (await acceptedOf(stage, id)) >= share * RECIPIENTS,
      )
      await kill(round % 2 === 0 ? 'worker' : 'worker 2')
    }
  },
  expect: { also: onceEach },
}

async function begin({ site }: Stage, segmentId: string): Promise<string> {
  const post = async (path: string, body: unknown) => {
    const answer = await site.product.call<{ id: string }>('POST', path, body)
    if (answer.status >= 300) throw new Error(`POST ${path} answered ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body.id
  }
  const payload = { subject: 'A campaign', body: 'Words of a campaign.' }
  const id = await post('/v1/campaigns', { name: 'Chaos', segmentId, channels: ['email'], variants: [{ payload }] })
  return post(`/v1/campaigns/${id}/start`, {})
}

async function acceptedOf({ site }: Stage, id: string): Promise<number> {
  const [row] = await query<{ accepted: number }>(site.databaseUrl(), 'select accepted from campaign where id = $1', [
    id,
  ])
  return row?.accepted ?? 0
}

/** Every recipient has one notification and one message, and the numbers say so. Its messages then count among those that were accepted. */
async function onceEach(stage: Stage): Promise<string[]> {
  const url = stage.site.databaseUrl()
  const [campaign] = await query<{ status: string; recipients: number; accepted: number; refused: number }>(
    url,
    'select status, recipients, accepted, refused from campaign',
  )
  const messages = await query<Accepted & { contact: string; created: Date }>(
    url,
    `select m.notification_id as "notificationId", m.id as "messageId", m.contact_id as contact, m.created_at as created from message m where m.campaign_variant_id is not null`,
  )
  const [unlinked] = await query<{ n: number }>(
    url,
    `select count(*)::int as n from message m where m.campaign_variant_id is not null and not exists (
       select 1 from campaign_recipient r where r.notification_id = m.notification_id and r.contact_id = m.contact_id)`,
  )
  const [uncertain] = await query<{ n: number }>(
    url,
    `select count(*)::int as n from message where campaign_variant_id is not null and status = 9 and reason = 'uncertain'`,
  )
  const counted = stage.accepted as Accepted[]
  for (const { notificationId, messageId, contact, created } of messages)
    counted.push({ requestKey: `campaign ${contact}`, notificationId, messageId, at: created.getTime() })
  const contacts = new Set(messages.map(({ contact }) => contact)).size
  stage.notes.push(
    `campaign: ${JSON.stringify(campaign)}, ${messages.length} messages to ${contacts} contacts, uncertain ${uncertain?.n}`,
  )
  return [
    ...(campaign?.status === 'done' ? [] : [`the campaign ended ${campaign?.status}`]),
    ...(campaign?.accepted === RECIPIENTS && campaign.recipients === RECIPIENTS
      ? []
      : ['its numbers are not those of its recipients']),
    ...(messages.length === RECIPIENTS && contacts === RECIPIENTS
      ? []
      : ['not every recipient has exactly one message']),
    ...(unlinked?.n === 0 ? [] : [`${unlinked?.n} messages are no recipient’s`]),
  ]
}
