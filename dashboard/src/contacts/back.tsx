import { useTranslation } from 'react-i18next'
import { PageLink } from '../parts/link.tsx'

export function BackToContacts() {
  const { t } = useTranslation()
  return (
    <PageLink to="/contacts" fz="sm">
      {t('contacts.back')}
    </PageLink>
  )
}
