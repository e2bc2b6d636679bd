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
    /** `outcome`: sent, deferred, rejected, failed or uncertain. */
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
    reports: new Counter({
      name: 'carillon_provider_reports_total',
      help: 'Reports applied, by what they said',
      labelNames: ['channel', 'provider', 'status'],
      registers,
    }),
    breakerOpen: new Gauge({
      name: 'carillon_provider_breaker_open',
      help: '1 while the breaker of a provider in this process is open',
      labelNames: ['provider'],
      registers,
    }),
    queueWaiting: new Gauge({
      name: 'carillon_queue_waiting_jobs',
      help: 'Jobs added and not yet taken',
      labelNames: ['job'],
      registers,
    }),
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
