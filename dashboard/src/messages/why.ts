/** What a failed message's reason says, as a text's key and what fills it in. The engine writes these; a carrier's answer is shown as it is. */
export type FailureText =
  | { readonly key: 'failedWith.tries'; readonly code: string; readonly tries: number }
  | { readonly key: 'failedWith.deadlineAfter' | 'failedWith.uncertain' | 'failedWith.answer'; readonly code: string }
  | { readonly key: 'failedWith.deadline' | 'failedWith.render' | 'failedWith.no_provider' | 'failedWith.unsettled' }
  | { readonly key: 'failedWith.window_closed' | 'failedWith.pause_template' }

const PLAIN = new Map<string, FailureText>([
  ['deadline', { key: 'failedWith.deadline' }],
  ['render', { key: 'failedWith.render' }],
  ['no_provider', { key: 'failedWith.no_provider' }],
  ['window_closed', { key: 'failedWith.window_closed' }],
  ['pause_template', { key: 'failedWith.pause_template' }],
  ['uncertain', { key: 'failedWith.unsettled' }],
])

export function failureText(reason: string): FailureText {
  const [, last, tries] = /^(.+) after (\d+) tries$/.exec(reason) ?? []
  if (last && tries) return { key: 'failedWith.tries', code: last, tries: Number(tries) }
  const [, late] = /^(.+) until the deadline$/.exec(reason) ?? []
  if (late) return { key: 'failedWith.deadlineAfter', code: late }
  const [, lost] = /^uncertain: (.+)$/.exec(reason) ?? []
  if (lost) return { key: 'failedWith.uncertain', code: lost }
  return PLAIN.get(reason) ?? { key: 'failedWith.answer', code: reason }
}

export interface ReasonDetail {
  readonly time?: string
  readonly channel?: string
  readonly minutes?: number
  readonly count?: number
  /** Words we cannot take apart. */
  readonly other?: string
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/
const CHANNEL = /^(?:after )?(email|sms|whatsapp|in_app)(?:, or (\d+) min without a report)?$/
const COUNT = /^more than (\d+) in an hour$/

/** The detail of a decision, taken apart: a time, a channel with the minutes it may take, a number, or words. */
export function reasonDetail(detail: string | undefined): ReasonDetail {
  if (detail === undefined) return {}
  if (ISO_TIME.test(detail)) return { time: detail }
  const [, channel, minutes] = CHANNEL.exec(detail) ?? []
  if (channel) return { channel, ...(minutes ? { minutes: Number(minutes) } : {}) }
  const [, count] = COUNT.exec(detail) ?? []
  return count ? { count: Number(count) } : { other: detail }
}
