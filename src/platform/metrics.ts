import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Seconds. From a render to a slow carrier. */
const DURATIONS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
/** Seconds. From accept to a carrier's yes: retries and quiet hours make it long. */
const DELAYS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400]
const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]

export type Metrics = ReturnType<typeof createMetrics>

/**
 * What this process counts, in a registry of its own, named `carillon_…` with the unit at the end. Labels take a handful
 * of values each (a channel, a route's pattern); never an organization, an address or an id.
 */
export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  // Memory, CPU, garbage collection and event-loop lag of the process.
  collectDefaultMetrics({ register: registry, prefix: 'carillon_' })
  const beforeReading: (() => Promise<void> | void)[] = []

  return {
    /** `route` is the pattern (`/v1/messages/:id`), not the address. */
    httpSeconds: new Histogram({
      name: 'carillon_http_request_duration_seconds',
      help: 'Time from the request to the end of its reply',
      labelNames: ['method', 'route', 'status'],
      buckets: DURATIONS,
      registers,
    }),
    /** `outcome`: accepted, duplicate or refused. */
    accepted: new Counter({
      name: 'carillon_accept_notifications_total',
      help: 'Notifications handed in, by what became of them',
      labelNames: ['outcome'],
      registers,
    }),
    acceptSeconds: new Histogram({
      name: 'carillon_accept_duration_seconds',
      help: 'Time from handing a notification in until it is durable',
      buckets: DURATIONS,
      registers,
    }),
    dispatched: new Counter({
      name: 'carillon_dispatch_messages_total',
      help: 'Due messages offered to the queue',
      labelNames: ['channel'],
      registers,
    }),
    dispatchSeconds: new Histogram({
      name: 'carillon_dispatch_tick_duration_seconds',
      help: 'Time one look for due messages takes',
      buckets: DURATIONS,
      registers,
    }),
    dispatchLost: new Counter({
      name: 'carillon_dispatch_lost_messages_total',
      help: 'Offered messages that the queue lost, taken back to be offered again',
      labelNames: ['channel'],
      registers,
    }),
    /** `state`: due (a worker may be offered it), offered or claimed. */
    workMessages: new Gauge({
      name: 'carillon_work_messages',
      help: 'Messages that are due or under way, up to 2000 of each; the same in every process',
      labelNames: ['channel', 'lane', 'state'],
      registers,
    }),
    workOldestSeconds: new Gauge({
      name: 'carillon_work_oldest_due_seconds',
      help: 'How long the oldest due message has been waiting; the same in every process',
      labelNames: ['channel', 'lane'],
      registers,
    }),
    workRows: new Gauge({
      name: 'carillon_work_rows',
      help: 'All that waits for its time, is due or under way, as Postgres estimates it; the same in every process',
      registers,
    }),
    /** `outcome`: sent, uncertain, or what the refusal asks for: retry, retry_later, other_provider, permanent, suppress, configuration. */
    attempts: new Counter({
      name: 'carillon_deliver_attempts_total',
      help: 'Tries at a provider, by outcome',
      labelNames: ['channel', 'provider', 'outcome'],
      registers,
    }),
    providerSeconds: new Histogram({
      name: 'carillon_deliver_provider_duration_seconds',
      help: 'Time one provider call takes',
      labelNames: ['channel', 'provider'],
      buckets: DURATIONS,
      registers,
    }),
    deliverySeconds: new Histogram({
      name: 'carillon_deliver_delay_seconds',
      help: 'Time from due until a provider took the message',
      labelNames: ['channel', 'lane'],
      buckets: DELAYS,
      registers,
    }),
    /** `why`: rate, pair_rate, daily_quota, messaging_limit, breaker_open, no_account, quiet_hours… */
    waits: new Counter({
      name: 'carillon_deliver_waits_total',
      help: 'Messages given back unsent until later, without using up a try, by the reason',
      labelNames: ['channel', 'why'],
      registers,
    }),
    /** `reason`: permanent, tries, deadline, uncertain, render, suppressed, no_provider or reported. */
    deadLetters: new Counter({
      name: 'carillon_deliver_dead_letters_total',
      help: 'Messages that ended failed, by the reason',
      labelNames: ['channel', 'reason'],
      registers,
    }),
    fallbacks: new Counter({
      name: 'carillon_deliver_fallbacks_total',
      help: 'Next channels begun because one failed or was not heard of',
      registers,
    }),
    reminders: new Counter({
      name: 'carillon_reminders_total',
      help: 'Reminders that came due, by what became of them',
      labelNames: ['state'],
      registers,
    }),
    digestItems: new Histogram({
      name: 'carillon_deliver_digest_size_items',
      help: 'Items that left together as one digest',
      buckets: SIZES,
      registers,
    }),
    /** `kind`: hard, soft, delayed, complaint, reply … or forged, refused, unreadable. */
    bounces: new Counter({
      name: 'carillon_bounce_mails_total',
      help: 'Mails that came back, by what they were',
      labelNames: ['via', 'kind'],
      registers,
    }),
    reports: new Counter({
      name: 'carillon_provider_reports_total',
      help: 'Messages that a report moved on, by where to',
      labelNames: ['channel', 'status'],
      registers,
    }),
    /** `outcome`: kept, challenge, spooled, recovered (from the spool), refused, unknown_account. */
    webhookCalls: new Counter({
      name: 'carillon_webhook_calls_total',
      help: 'Calls of carriers, by what became of them at the door',
      labelNames: ['outcome'],
      registers,
    }),
    /** `item`: report, inbound, unknown_message (never sent by us), unknown_entry (not known to this version). */
    webhookItems: new Counter({
      name: 'carillon_webhook_items_total',
      help: 'What was in the calls that were worked through',
      labelNames: ['provider', 'item'],
      registers,
    }),
    /** `whose`: organization, or nobody: to a shared account, from somebody nobody has written to. */
    inbound: new Counter({
      name: 'carillon_inbound_messages_total',
      help: 'Messages that people sent to our accounts',
      labelNames: ['provider', 'whose'],
      registers,
    }),
    /** `owner`: platform or organization. `breaker`: closed, half_open or open. */
    providerAccounts: new Gauge({
      name: 'carillon_provider_accounts',
      help: 'Provider accounts by the state of their breaker in this process',
      labelNames: ['channel', 'provider', 'owner', 'breaker'],
      registers,
    }),
    /** `account`: only the platform's are told apart; `own` is the worst of all organizations' own. */
    providerHealth: new Gauge({
      name: 'carillon_provider_health_ratio',
      help: 'Health of a provider account in this process: 1 well, towards 0 as it fails or slows',
      labelNames: ['channel', 'provider', 'account'],
      registers,
    }),
    automationOverdue: new Gauge({
      name: 'carillon_automation_overdue_seconds',
      help: 'For how long the most overdue schedule of an automation has waited to be begun',
      registers,
    }),
    queueWaiting: new Gauge({
      name: 'carillon_queue_waiting_jobs',
      help: 'Jobs added and not yet taken',
      labelNames: ['job'],
      registers,
    }),
    /** `outcome`: done, snoozed, cancelled or failed. */
    jobs: new Counter({
      name: 'carillon_queue_jobs_total',
      help: 'Jobs run by this process, by outcome',
      labelNames: ['job', 'outcome'],
      registers,
    }),
    batchItems: new Histogram({
      name: 'carillon_batch_size_items',
      help: 'Items one batched statement carried',
      labelNames: ['batch'],
      buckets: SIZES,
      registers,
    }),
    sockets: new Gauge({ name: 'carillon_realtime_open_sockets', help: 'Live sockets of this process', registers }),

    /** Called before each reading, to set the gauges that are looked up (queue depth). A failure leaves them as they were. */
    beforeReading(look: () => Promise<void> | void): void {
      beforeReading.push(look)
    },
    /** The reading, and the media type to send it as. */
    contentType: registry.contentType,
    async text(): Promise<string> {
      await Promise.allSettled(beforeReading.map(async (look) => await look()))
      return await registry.metrics()
    },
  }
}
