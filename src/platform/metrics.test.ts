import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createMetrics } from './metrics.ts'

test('a look-up that fails does not cost the reading', async () => {
  const metrics = createMetrics()
  metrics.beforeReading(() => {
    throw new Error('down')
  })
  metrics.beforeReading(() => Promise.reject(new Error('down too')))
  metrics.beforeReading(() => metrics.queueWaiting.set({ job: 'deliver' }, 7))
  expect(await metrics.text()).toContain('carillon_queue_waiting_jobs{job="deliver"} 7')
})

test('two readings in one process count apart', async () => {
  const [one, other] = [createMetrics(), createMetrics()]
  one.accepted.inc({ outcome: 'accepted' }, 3)
  expect(await one.text()).toContain('carillon_accept_notifications_total{outcome="accepted"} 3')
  expect(await other.text()).not.toContain('outcome="accepted"')
})

test('every name begins with carillon_ and says its unit', async () => {
  const names = [...(await createMetrics().text()).matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1] as string)
  const ours = names.filter((name) => !/^carillon_(process|nodejs)_/.test(name))
  expect(ours.length).toBeGreaterThan(12)
  for (const name of names) expect(name).toMatch(/^carillon_/)
  for (const name of ours) expect(name).toMatch(/_(total|seconds|jobs|items|sockets|messages|rows|accounts|ratio)$/)
})

test('the event loop’s lag and the memory in use are there', async () => {
  const text = await createMetrics().text()
  expect(text).toMatch(/^carillon_nodejs_eventloop_lag_p99_seconds /m)
  expect(text).toMatch(/^carillon_process_resident_memory_bytes /m)
})

test.each(['deploy/grafana-dashboard.json', 'deploy/prometheus-alerts.yml', 'docs/operating.md'])(
  '%s speaks of metrics there are',
  async (file) => {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
    const named = new Set([...text.matchAll(/carillon_[a-z0-9_]+[a-z0-9](?![a-z0-9_…])/g)].map(([name]) => name))
    const known = await createMetrics().text()
    const unknown = [...named].filter(
      (name) =>
        !known.includes(`# TYPE ${name} `) && !known.includes(`# TYPE ${name.replace(/_(bucket|count|sum)$/, '')} `),
    )
    expect(named.size).toBeGreaterThan(5)
    expect(unknown).toEqual([])
  },
)
