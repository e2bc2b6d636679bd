import type { Accepted } from '@carillon/client'
import { Button, SegmentedControl } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconSend } from '@tabler/icons-react'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'
import { useMay } from '../session/session.ts'
import { Clock } from './clock.tsx'
import { Mailbox } from './mailbox.tsx'
import { PayQuote } from './pay-quote.tsx'
import { Phone } from './phone.tsx'
import classes from './sandbox.module.css'
import { SendSample } from './send-sample.tsx'

const VIEWS = ['email', 'sms', 'whatsapp'] as const
type View = (typeof VIEWS)[number]

const route = getRouteApi('/inside/sandbox')

/** What the sandbox carriers took, seen as its recipients would: a mailbox and two phones. */
export function Sandbox() {
  const { t } = useTranslation()
  const { mail } = route.useSearch()
  const navigate = useNavigate()
  const maySend = useMay()('messages.send')
  const [sending, dialog] = useDisclosure()
  const [awaited, setAwaited] = useState<readonly string[]>([])

  // On a narrow screen only one of them has room.
  const [view, setView] = useState<View>('email')

  const open = (id: string | undefined) =>
    void navigate({ to: '/sandbox', search: id ? { mail: id } : {}, resetScroll: false })

  const accepted = ({ messages }: Accepted) => {
    setAwaited(messages.map(({ id }) => id))
    const channels = messages.filter(({ status }) => status !== 'suppressed').map(({ channel }) => channel)
    setView((now) =>
      channels.some((channel) => channel === now) ? now : (VIEWS.find((one) => channels.includes(one)) ?? now),
    )
    dialog.close()
  }

  return (
    <Page
      wide
      title={t('sandbox.title')}
      intro={t('sandbox.intro')}
      actions={
        maySend && (
          <Button leftSection={<IconSend size={17} aria-hidden />} onClick={dialog.open}>
            {t('sandbox.send')}
          </Button>
        )
      }
    >
      <PayQuote />
      <Clock />
      <SegmentedControl
        className={classes.switch ?? ''}
        fullWidth
        mb="md"
        aria-label={t('sandbox.view')}
        value={view}
        onChange={(value) => setView(value as View)}
        data={VIEWS.map((value) => ({
          value,
          label: value === 'email' ? t('sandbox.mailbox') : t(`channel.${value}`),
        }))}
      />
      <div className={classes.desk} data-view={view}>
        <div className={classes.mailbox}>
          <Mailbox chosen={mail} awaited={awaited} onChoose={open} />
        </div>
        <div className={classes.phones}>
          <div className={classes.sms}>
            <Phone channel="sms" awaited={awaited} />
          </div>
          <div className={classes.whatsapp}>
            <Phone channel="whatsapp" awaited={awaited} />
          </div>
        </div>
      </div>
      <SendSample opened={sending} onClose={dialog.close} onAccepted={accepted} />
    </Page>
  )
}
