import type { Template, TemplateItem } from '@carillon/client'
import { Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Mark } from '../parts/mark.tsx'
import { ToneBadge } from '../parts/status-badge.tsx'

const TONES = { own: 'best', built_in: 'good', none: 'held' } as const

/** Whose words are live, and what else is to be known at a glance. */
export function TemplateState({ template }: { template: TemplateItem | Template }) {
  const { t } = useTranslation()
  const { state, draft, builtInChanged } = template
  return (
    <Group gap={6}>
      <ToneBadge tone={TONES[state]}>{t(`templateState.${state}`)}</ToneBadge>
      {draft && <Mark>{t('templateState.draft')}</Mark>}
      {builtInChanged && <Mark>{t('templateState.changed')}</Mark>}
    </Group>
  )
}
