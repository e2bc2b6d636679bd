/** The ways to reach a contact. The number is what tables hold; never reuse one. */
export const CHANNELS = ['email', 'sms', 'whatsapp', 'in_app'] as const
export type Channel = (typeof CHANNELS)[number]

const CODES: Record<Channel, number> = { email: 1, sms: 2, whatsapp: 3, in_app: 4 }
const BY_CODE = new Map(CHANNELS.map((channel) => [CODES[channel], channel]))

export const channelCode = (channel: Channel): number => CODES[channel]
export function channelOf(code: number): Channel {
  const channel = BY_CODE.get(code)
  if (!channel) throw new Error(`No channel has the code ${code}`)
  return channel
}
