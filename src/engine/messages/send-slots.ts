import { createSlots } from '../../platform/slots.ts'
import { CHANNELS, type Channel, channelOf } from '../channels/channel.ts'
import { PACES, type Pace, paceOf } from './jobs.ts'

/** Sends of one channel this process has under way at once. */
const SENDS_AT_ONCE: Record<Channel, number> = { email: 50, sms: 20, whatsapp: 20, in_app: 100 }

/** Claimed messages of one queue that wait for a slot, those being claimed, and the jobs that wait until both are few. */
interface Room {
  messages: number
  coming: number
  readonly jobs: { readonly messages: number; readonly enter: () => void }[]
}

/** How many sends a process has under way, by channel; the next free slot goes to the most urgent lane. */
export function createSendSlots() {
  const slots = new Map(CHANNELS.map((channel) => [channel, createSlots(SENDS_AT_ONCE[channel])]))
  const rooms = new Map(
    CHANNELS.flatMap((channel) =>
      PACES.map((pace): [string, Room] => [`${channel} ${pace}`, { messages: 0, coming: 0, jobs: [] }]),
    ),
  )
  const roomOf = (channel: Channel, pace: Pace): Room => rooms.get(`${channel} ${pace}`)!
  const letIn = (channel: Channel, room: Room) => {
    while (room.messages + room.coming < SENDS_AT_ONCE[channel]) {
      const next = room.jobs.shift()
      if (!next) return
      room.coming += next.messages
      next.enter()
    }
  }

  return {
    /**
     * Resolves when a job of this queue may claim its messages: no more are claimed than can soon be sent. A row that is
     * claimed can be overtaken by nobody, and rows that wait for a slow carrier do so better where they are. What is
     * urgent waits for what is urgent only. The answer is called once those to be sent wait for their turn, or nothing is.
     */
    async room(channel: Channel, pace: Pace, messages: number): Promise<() => void> {
      const room = roomOf(channel, pace)
      await new Promise<void>((enter) => {
        room.jobs.push({ messages, enter })
        letIn(channel, room)
      })
      let coming = messages
      return () => {
        room.coming -= coming
        coming = 0
        letIn(channel, room)
      }
    },

    /** Sends a claimed message in its turn. */
    async within<T>(row: { readonly channel: number; readonly lane: number }, send: () => Promise<T>): Promise<T> {
      const channel = channelOf(row.channel)
      const room = roomOf(channel, paceOf(row.lane))
      room.messages++
      return slots.get(channel)!(() => {
        room.messages--
        letIn(channel, room)
        return send()
      }, row.lane)
    },
  }
}
