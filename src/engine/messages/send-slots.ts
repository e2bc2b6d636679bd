import { createSlots } from '../../platform/slots.ts'
import { CHANNELS, type Channel, channelOf } from '../channels/channel.ts'
import { PACES, type Pace, paceOf } from './jobs.ts'

/** Sends of one channel this process has under way at once. */
const SENDS_AT_ONCE: Record<Channel, number> = { email: 50, sms: 20, whatsapp: 20, in_app: 100 }

/** Claimed messages of one queue that wait for a slot, and the jobs that wait until those are few. */
interface Room {
  messages: number
  readonly jobs: (() => void)[]
}

/** How many sends a process has under way, by channel; the next free slot goes to the most urgent lane. */
export function createSendSlots() {
  const slots = new Map(CHANNELS.map((channel) => [channel, createSlots(SENDS_AT_ONCE[channel])]))
  const rooms = new Map(
    CHANNELS.flatMap((channel) =>
      PACES.map((pace): [string, Room] => [`${channel} ${pace}`, { messages: 0, jobs: [] }]),
    ),
  )
  const roomOf = (channel: Channel, pace: Pace): Room => rooms.get(`${channel} ${pace}`)!

  return {
    /**
     * Resolves when a job of this queue may claim its messages: no more are claimed than can soon be sent. A row that is
     * claimed can be overtaken by nobody, and rows that wait for a slow carrier do so better where they are. What is
     * urgent waits for what is urgent only.
     */
    async room(channel: Channel, pace: Pace): Promise<void> {
      const room = roomOf(channel, pace)
      while (room.messages >= SENDS_AT_ONCE[channel]) await new Promise<void>((resolve) => room.jobs.push(resolve))
    },

    /** Sends a claimed message in its turn. */
    async within<T>(row: { readonly channel: number; readonly lane: number }, send: () => Promise<T>): Promise<T> {
      const channel = channelOf(row.channel)
      const room = roomOf(channel, paceOf(row.lane))
      room.messages++
      return slots.get(channel)!(() => {
        room.messages--
        if (room.messages < SENDS_AT_ONCE[channel]) room.jobs.shift()?.()
        return send()
      }, row.lane)
    },
  }
}
