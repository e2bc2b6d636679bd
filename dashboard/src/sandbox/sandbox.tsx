import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconSend } from '@tabler/icons-react'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AcceptedNotification } from '../api.ts'
import { Page } from '../parts/page.tsx'
import { Mailbox } from './mailbox.tsx'
import { Phone } from './phone.tsx'
import classes from './sandbox.module.css'
import { SendSample } from './send-sample.tsx'

const route = getRouteApi('/inside/sandbox')

/** What the sandbox carriers took, seen as its recipients would: a mailbox and two phones. */
export function Sandbox() {
  const { t } = useTranslation()
  const { mail } = route.useSearch()
  const navigate = useNavigate()
  const [sending, dialog] = useDisclosure()
  const [awaited, setAwaited] = useState<readonly string[]>([])

  const accepted = ({ messages }: AcceptedNotification) => {
    setAwaited(messages.map(({ id }) => id))
    dialog.close()
  }

  return (
    <Page
      wide
      title={t('sandbox.title')}
      intro={t('sandbox.intro')}
      actions={
        <Button leftSection={<IconSend size={17} aria-hidden />} onClick={dialog.open}>
          {t('sandbox.send')}
        </Button>
      }
    >
      <div className={classes.desk}>
        <Mailbox
          chosen={mail}
          awaited={awaited}
          onChoose={(id) => void navigate({ to: '/sandbox', search: id ? { mail: id } : {}, resetScroll: false })}
        />
        <div className={classes.phones}>
          <Phone channel="sms" awaited={awaited} />
          <Phone channel="whatsapp" awaited={awaited} />
        </div>
      </div>
      <SendSample opened={sending} onClose={dialog.close} onAccepted={accepted} />
    </Page>
  )
}
