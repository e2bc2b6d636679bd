import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Mark } from '../parts/mark.tsx'
import { Panel } from '../parts/panel.tsx'
import { useSession } from '../session/session.ts'
import { DisableFactor, EnableFactor, RenewCodes } from './factor-dialogs.tsx'

/** Whether a code is asked for besides the password, and setting that up. */
export function SecondFactor() {
  const { t } = useTranslation()
  const { secondFactor } = useSession()
  const [open, setOpen] = useState<'enable' | 'disable' | 'codes'>()
  const close = () => setOpen(undefined)

  return (
    <Panel title={t('factor.title')}>
      <Text fz="sm" c="dimmed" mb="sm">
        {t('factor.text')}
      </Text>
      {secondFactor ? (
        <Group gap="sm">
          <Mark>{t('factor.on')}</Mark>
          <Button variant="default" size="sm" onClick={() => setOpen('codes')}>
            {t('factor.newCodes')}
          </Button>
          <Button variant="default" size="sm" onClick={() => setOpen('disable')}>
            {t('factor.disable')}
          </Button>
        </Group>
      ) : (
        <Button onClick={() => setOpen('enable')}>{t('factor.enable')}</Button>
      )}
      {open === 'enable' && <EnableFactor onClose={close} />}
      {open === 'disable' && <DisableFactor onClose={close} />}
      {open === 'codes' && <RenewCodes onClose={close} />}
    </Panel>
  )
}
