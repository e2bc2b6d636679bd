import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { laneCode } from '../catalogue/lane.ts'
import { channelCode } from '../channels/channel.ts'
import { createSendSlots } from './send-slots.ts'

const SMS_AT_ONCE = 20
const row = (lane: 'bulk' | 'critical') => ({ channel: channelCode('sms'), lane: laneCode(lane) })

/** Asks for room for a job, and says whether it has it. */
function asking(slots: ReturnType<typeof createSendSlots>, messages: number, pace: 'patient' | 'urgent' = 'patient') {
  const job: { arrived?: () => void } = {}
  void slots.room('sms', pace, messages).then((arrived) => {
    job.arrived = arrived
  })
  return job
}

describe('the room to claim messages in', () => {
  test('is closed while as many are being claimed as may be under way, and opens when they turn out to be none', async () => {
    const slots = createSendSlots()
    const [first, second] = [asking(slots, SMS_AT_ONCE), asking(slots, 1)]
    await turn()
    expect([first.arrived, second.arrived].map(Boolean)).toEqual([true, false])
    first.arrived?.()
    first.arrived?.()
    await turn()
    expect(second.arrived).toBeDefined()
  })

  test('lets in all jobs that fit, in their order', async () => {
    const slots = createSendSlots()
    const large = asking(slots, 100)
    const small = [asking(slots, 1), asking(slots, 1), asking(slots, 100), asking(slots, 1)]
    await turn()
    expect(small.some(({ arrived }) => arrived)).toBe(false)
    large.arrived?.()
    await turn()
    expect(small.map(({ arrived }) => arrived !== undefined)).toEqual([true, true, true, false])
  })

  test('is closed while as many wait for a slot, and what is urgent waits for what is urgent only', async () => {
    const slots = createSendSlots()
    const held = Promise.withResolvers<void>()
    const sends = Array.from({ length: 2 * SMS_AT_ONCE }, () => slots.within(row('bulk'), () => held.promise))
    const [patient, urgent] = [asking(slots, 1), asking(slots, 1, 'urgent')]
    await turn()
    expect([patient.arrived, urgent.arrived].map(Boolean)).toEqual([false, true])
    held.resolve()
    await Promise.all(sends)
    await turn()
    expect(patient.arrived).toBeDefined()
  })
})
