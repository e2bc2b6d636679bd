import type { Attribution, Booking, BookingItem, BookingPayment, Quote } from '@carillon/client'
import i18next from 'i18next'
import { Trans, useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { useMoney } from '../parts/money.ts'
import { type Tone, ToneBadge } from '../parts/status-badge.tsx'
import { longTime } from '../parts/time.ts'
import { useOrganization } from '../session/session.ts'
import type { BookingStatus } from './search.ts'

const TONES: Record<BookingStatus, Tone> = {
  draft: 'held',
  payment_completed: 'waiting',
  assigned: 'good',
  in_progress: 'moving',
  completed: 'best',
  cancelled: 'held',
}

/** Where a booking stands. */
export function BookingStatusBadge({ status }: { status: BookingItem['status'] }) {
  const { t } = useTranslation()
  return <ToneBadge tone={TONES[status]}>{t(`bookingStatus.${status}`)}</ToneBadge>
}

const QUOTE_TONES: Record<Quote['status'], Tone> = { open: 'waiting', confirmed: 'good', expired: 'held' }

export function QuoteStatusBadge({ status }: { status: Quote['status'] }) {
  const { t } = useTranslation()
  return <ToneBadge tone={QUOTE_TONES[status]}>{t(`quoteStatus.${status}`)}</ToneBadge>
}

const PAYMENT_TONES: Record<BookingPayment['status'], Tone> = {
  completed: 'good',
  pending: 'waiting',
  failed: 'bad',
  orphaned: 'bad',
}

export function PaymentStatusBadge({ payment }: { payment: Pick<BookingPayment, 'kind' | 'status' | 'settledAt'> }) {
  const { t } = useTranslation()
  const { kind, status, settledAt } = payment
  return settledAt ? (
    <ToneBadge tone="held">{t('paymentStatus.settled')}</ToneBadge>
  ) : (
    <ToneBadge tone={PAYMENT_TONES[status]}>
      {t(kind === 'refund' && status === 'completed' ? 'paymentStatus.returned' : `paymentStatus.${status}`)}
    </ToneBadge>
  )
}

type Dispute = NonNullable<BookingPayment['dispute']>

export function DisputeBadge({ dispute }: { dispute: Dispute }) {
  const { t } = useTranslation()
  const over = endOf(dispute)
  return <ToneBadge tone={over === 'won' ? 'good' : 'bad'}>{t(`dispute.${over ?? 'open'}`)}</ToneBadge>
}

/** What a bank that took the payer's side has said last, and what there is to do. */
export function DisputeState({ dispute }: { dispute: Dispute }) {
  const { t } = useTranslation()
  const format = useFormat()
  const money = useMoney()
  const { timeZone } = useOrganization()
  const { amount, currency, reason, answerBy } = dispute
  const over = endOf(dispute)
  return (
    <>
      <div>
        <DisputeBadge dispute={dispute} /> {money(amount, currency)}
        {reason && ` · ${vendorReason(reason)}`}
      </div>
      <div>
        {over ? (
          t(`dispute.${over}Text`)
        ) : answerBy ? (
          <Trans
            i18nKey="dispute.answer"
            values={{ at: longTime(new Date(answerBy), format, timeZone) }}
            components={{ b: <b /> }}
          />
        ) : (
          t('dispute.answerSoon')
        )}
      </div>
    </>
  )
}

/** Why the vendor says so: in words, where there are some. */
export const vendorReason = (reason: string): string =>
  i18next.exists(`vendorReason.${reason}`) ? i18next.t(`vendorReason.${reason}` as 'vendorReason.fraudulent') : reason

/** As Stripe calls the ends of a dispute; all else is still open. */
const OVER: Readonly<Record<string, 'won' | 'lost'>> = {
  won: 'won',
  warning_closed: 'won',
  prevented: 'won',
  lost: 'lost',
}
export const endOf = ({ status }: Dispute): 'won' | 'lost' | undefined => OVER[status]

export type Flow = Booking['flows'][number]
const FLOW_TONES: Record<Flow['state'], Tone> = { waiting: 'moving', done: 'good', failed: 'bad' }

/** `nobody`: it was worked off, and found nobody to tell. */
export function FlowState({ state, nobody }: { state: Flow['state']; nobody: boolean }) {
  const { t } = useTranslation()
  if (state === 'done' && nobody) return <ToneBadge tone="bad">{t('flowState.nobody')}</ToneBadge>
  return <ToneBadge tone={FLOW_TONES[state]}>{t(`flowState.${state}`)}</ToneBadge>
}

const MISSION_TONES: Record<Attribution['status'], Tone> = {
  broadcasting: 'moving',
  accepted: 'good',
  expired: 'bad',
  cancelled: 'held',
}

/** `nobody`: there was nobody to ask. */
export function AttributionState({ status, nobody }: { status: Attribution['status']; nobody: boolean }) {
  const { t } = useTranslation()
  return (
    <ToneBadge tone={MISSION_TONES[status]}>
      {t(status === 'expired' && nobody ? 'flowState.nobody' : `attributionStatus.${status}`)}
    </ToneBadge>
  )
}

export type Answer = Attribution['answers'][number]
const ANSWER_TONES: Record<Answer['answer'], Tone> = {
  none: 'waiting',
  accepted: 'good',
  refused: 'bad',
  taken: 'held',
  expired: 'held',
  revoked: 'held',
}

export function AnswerState({ answer }: { answer: Answer['answer'] }) {
  const { t } = useTranslation()
  return <ToneBadge tone={ANSWER_TONES[answer]}>{t(`missionAnswer.${answer}`)}</ToneBadge>
}
