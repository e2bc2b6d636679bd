import { createClient } from '@carillon/client'
import type { Channel, Page } from './vocabulary.ts'

/** The server this page came from, as the signed-in member. */
export const carillon = createClient({ retries: 2 })

/** For signing in: a refusal is shown at once, however long the server would have us wait. */
const impatient = createClient({ retries: 0 })
export const signIn = impatient.session.signIn

export interface SandboxMessage {
  readonly id: string
  readonly messageId: string
  readonly channel: Channel
  readonly address: string
  readonly contactName: string | null
  readonly subject: string | null
  readonly preview: string
  readonly copies: number
  readonly createdAt: string
}

export interface SandboxMessageDetail extends SandboxMessage {
  readonly html: string | null
  readonly text: string | null
  readonly headers: { readonly name: string; readonly value: string }[]
  readonly attachments: {
    readonly index: number
    readonly filename: string | null
    readonly contentType: string
    readonly bytes: number
    readonly contentId: string | null
  }[]
}

async function get<T>(path: string): Promise<T> {
  const response = await fetch(path)
  if (!response.ok) throw new Error(`${path} answered ${response.status}`)
  return (await response.json()) as T
}

export const demo = () => get<{ email: string; password: string }>('/v1/demo')
export const sandboxMessages = (query: { channel: Channel; cursor?: string; limit: number }) =>
  get<Page<SandboxMessage>>(`/v1/sandbox/messages?${new URLSearchParams({ ...query, limit: String(query.limit) })}`)
export const sandboxMessage = (id: string) => get<SandboxMessageDetail>(`/v1/sandbox/messages/${id}`)
