import { Tabs } from '@mantine/core'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { BackLink } from '../parts/back.tsx'
import { Page } from '../parts/page.tsx'
import { MissionSettings } from './mission-settings.tsx'
import { PaymentAccountForm } from './payment-account.tsx'
import { SETTINGS_PARTS, settingsSearch } from './search.ts'
import { SellerForm } from './seller.tsx'
import { Services } from './services.tsx'

const route = getRouteApi('/inside/bookings/settings')

/** What is sold and for how much, how professionals are asked, where money comes in, and who sells. */
export function SettingsPage() {
  const { t } = useTranslation()
  const { part = 'services' } = route.useSearch()
  const navigate = useNavigate()
  return (
    <Page title={t('bookingSettings.title')} back={<BackLink to="/bookings">{t('bookings.title')}</BackLink>}>
      <Tabs
        value={part}
        onChange={(value) =>
          void navigate({ to: '/bookings/settings', search: settingsSearch({ part: value }), replace: true })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {SETTINGS_PARTS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`bookingSettings.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="services">
          <Services />
        </Tabs.Panel>
        <Tabs.Panel value="missions">
          <MissionSettings />
        </Tabs.Panel>
        <Tabs.Panel value="payment">
          <PaymentAccountForm />
        </Tabs.Panel>
        <Tabs.Panel value="seller">
          <SellerForm />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
