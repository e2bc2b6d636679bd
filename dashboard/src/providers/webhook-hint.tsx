import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CopyField } from '../parts/facts.tsx'
import { FORMS, type Form, type FormName, type WebhookName } from './forms.ts'

/** What to do at the carrier with the address of an account's webhook. A new account has one when it is saved. */
export function WebhookHint({ kind, url }: { kind: FormName; url: string | null | undefined }) {
  const { t } = useTranslation()
  const { webhook }: Form = FORMS[kind]
  if (webhook === undefined) return null
  return (
    <div>
      <Text fz="sm" fw={500}>
        {t('providers.webhook')}
      </Text>
      {url && (
        <Text component="div" fz="sm" style={{ overflowWrap: 'anywhere' }}>
          <CopyField value={url} />
        </Text>
      )}
      <Text fz="sm" c="dimmed">
        {t(`accountWebhook.${webhook as WebhookName}`)}
        {!url && ` ${t('providers.webhookLater')}`}
      </Text>
    </div>
  )
}
