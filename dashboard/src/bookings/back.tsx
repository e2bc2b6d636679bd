import { Group } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { PageLink } from '../parts/link.tsx'

export function BackToBookings() {
  const { t } = useTranslation()
  return (
    <PageLink to="/bookings" fz="sm">
      <Group gap={4} component="span">
        <IconArrowLeft size={15} aria-hidden />
        {t('bookings.back')}
      </Group>
    </PageLink>
  )
}
