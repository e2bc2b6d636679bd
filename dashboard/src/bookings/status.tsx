import type { Attribution, Booking, BookingItem, BookingPayment, Quote } from '@carillon/client'
import { useTranslation } from 'react-i18next'
import { useMoney } from '../parts/money.ts'
import { type Tone, ToneBadge } from '../parts/status-badge.tsx'
import { When } from '../parts/when.tsx'
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

export function PaymentStatusBadge({ payment }: { payment: Pick<BookingPayment, 'status' | 'settledAt'> }) {
  const { t } = useTranslation()
  return payment.settledAt ? (
    <ToneBadge tone="held">{t('paymentStatus.settled')}</ToneBadge>
  ) : (
    <ToneBadge tone={PAYMENT_TONES[payment.status]}>{t(`paymentStatus.${payment.status}`)}</ToneBadge>
  )
}

type Dispute = NonNullable<BookingPayment['dispute']>

/** What a bank that took the payer's side has said last. */
export function DisputeState({ dispute }: { dispute: Dispute }) {
  const { t } = useTranslation()
  const money = useMoney()
  const over = OVER[dispute.status]
  return (
    <>
      <ToneBadge tone={over === 'won' ? 'good' : 'bad'}>{t(`dispute.${over ?? 'open'}`)}</ToneBadge>{' '}
      {money(dispute.amount, dispute.currency)}
      {dispute.reason && ` · ${dispute.reason}`}
      {!over && dispute.answerBy && (
        <>
          {' · '}
          {t('dispute.answerBy')} <When at={dispute.answerBy} />
        </>
      )}
    </>
  )
}

/** As Stripe calls the ends of a dispute; all else is still open. */
const OVER: Readonly<Record<string, 'won' | 'lost'>> = {
  won: 'won',
  warning_closed: 'won',
  prevented: 'won',
  lost: 'lost',
}

export type Flow = Booking['flows'][number]
const FLOW_TONES: Record<Flow['state'], Tone> = { waiting: 'moving', done: 'good', failed: 'bad' }

export function FlowState({ state }: { state: Flow['state'] }) {
  const { t } = useTranslation()
  return <ToneBadge tone={FLOW_TONES[state]}>{t(`flowState.${state}`)}</ToneBadge>
}

const MISSION_TONES: Record<Attribution['status'], Tone> = {
  broadcasting: 'moving',
  accepted: 'good',
  expired: 'bad',
  cancelled: 'held',
}

export function AttributionState({ status }: { status: Attribution['status'] }) {
  const { t } = useTranslation()
  return <ToneBadge tone={MISSION_TONES[status]}>{t(`attributionStatus.${status}`)}</ToneBadge>
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
