import { IconLock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Empty } from '../parts/empty.tsx'
import { Page } from '../parts/page.tsx'

/** For a member whose role may use no page at all. */
export function Nothing() {
  const { t } = useTranslation()
  return (
    <Page title={t('app.nothing')}>
      <Empty icon={IconLock} title={t('app.nothingMay')} text={t('app.nothingText')} />
    </Page>
  )
}
