import type { Campaign } from '@carillon/client'
import { useTranslation } from 'react-i18next'
import { type Tone, ToneBadge } from '../parts/status-badge.tsx'
import type { RecipientState } from './search.ts'

const TONES = {
  draft: 'held',
  scheduled: 'waiting',
  preparing: 'moving',
  running: 'moving',
  deciding: 'waiting',
  paused: 'held',
  done: 'good',
  cancelled: 'held',
} as const

export function CampaignStatus({ campaign: { status } }: { campaign: Pick<Campaign, 'status'> }) {
  const { t } = useTranslation()
  return <ToneBadge tone={TONES[status]}>{t(`campaignStatus.${status}`)}</ToneBadge>
}

const RECIPIENT_TONES: Record<RecipientState, Tone> = {
  pending: 'waiting',
  accepted: 'good',
  refused: 'held',
  cancelled: 'held',
}

/** What became of one recipient. */
export function RecipientStatusBadge({ status }: { status: RecipientState }) {
  const { t } = useTranslation()
  return <ToneBadge tone={RECIPIENT_TONES[status]}>{t(`recipientState.${status}`)}</ToneBadge>
}

/** In percent. */
export const doneOf = ({ progress: { recipients, accepted, refused } }: Pick<Campaign, 'progress'>): number =>
  recipients === 0 ? 0 : (100 * (accepted + refused)) / recipients
