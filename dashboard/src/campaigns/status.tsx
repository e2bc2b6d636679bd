import type { Campaign } from '@carillon/client'
import { useTranslation } from 'react-i18next'
import { ToneBadge } from '../parts/status-badge.tsx'

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

/** In percent. */
export const doneOf = ({ progress: { recipients, accepted, refused } }: Pick<Campaign, 'progress'>): number =>
  recipients === 0 ? 0 : (100 * (accepted + refused)) / recipients
