import { Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'
import { useSession } from '../session/session.ts'
import { ChangePassword } from './change-password.tsx'
import { SecondFactor } from './second-factor.tsx'
import { Sessions } from './sessions.tsx'

/** How somebody signs in, and where they are signed in. */
export function Account() {
  const { t } = useTranslation()
  const { user } = useSession()
  return (
    <Page title={t('account.title')} intro={user.email}>
      <Stack gap="lg" maw={720}>
        <Sessions />
        <SecondFactor />
        <ChangePassword />
      </Stack>
    </Page>
  )
}
