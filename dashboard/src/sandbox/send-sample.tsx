import {
  Button,
  Checkbox,
  Group,
  JsonInput,
  Modal,
  NativeSelect,
  Select,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconRestore } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type AcceptedNotification, api, type CatalogueEntry, CHANNELS, type Channel } from '../api.ts'
import { LANGUAGES } from '../language.ts'
import { PageLink } from '../parts/link.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { catalogueQuery } from '../queries.ts'
import { useOrganization } from '../session/session.ts'
import { LANGUAGE_NAMES } from '../shell/user-menu.tsx'
import { MagicAddresses } from './magic-addresses.tsx'
import { DELAYS, type Delay, readPayload, sampleRequest } from './sample.ts'

interface SendSampleProps {
  opened: boolean
  onClose(): void
  onAccepted(accepted: AcceptedNotification): void
}

export function SendSample({ opened, onClose, onAccepted }: SendSampleProps) {
  const { t } = useTranslation()
  const catalogue = useQuery({ ...catalogueQuery, enabled: opened })
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('sample.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('actions.back') }}
    >
      {catalogue.isPending && <Skeleton h={420} />}
      {catalogue.error && <ProblemNotice error={catalogue.error} onRetry={() => void catalogue.refetch()} />}
      {catalogue.data && <SampleForm entries={catalogue.data.items} onAccepted={onAccepted} />}
    </Modal>
  )
}

const keyOf = ({ type, audience }: CatalogueEntry) => `${type} ${audience}`
const pretty = (value: unknown) => JSON.stringify(value, null, 2)

function SampleForm({
  entries,
  onAccepted,
}: {
  entries: readonly CatalogueEntry[]
  onAccepted(accepted: AcceptedNotification): void
}) {
  const { t, i18n } = useTranslation()
  const organization = useOrganization()
  const [key, setKey] = useState(() => keyOf(firstOf(entries)))
  const entry = entries.find((one) => keyOf(one) === key) ?? firstOf(entries)
  const [payload, setPayload] = useState(() => pretty(entry.sample))
  const [email, setEmail] = useState('sample@example.com')
  const [phone, setPhone] = useState('+33639980001')
  const [name, setName] = useState('')
  const [locale, setLocale] = useState(
    () => LANGUAGES.find((language) => language === i18n.language) ?? organization.locale,
  )
  const [channels, setChannels] = useState<Channel[]>([])
  const [delay, setDelay] = useState<Delay>('now')
  const [tried, setTried] = useState(false)

  const read = readPayload(payload)
  const hasRecipient = Boolean(email.trim() || phone.trim())

  const send = useMutation({
    mutationFn: api.notify,
    onSuccess: (accepted) => {
      const [first] = accepted.messages
      notifications.show({
        color: 'green',
        title: t('sample.sent'),
        message: (
          <Stack gap={2}>
            {accepted.messages.map(({ id, channel, status }) => (
              <Text key={id} fz="sm">
                {t('table.of', { label: t(`channel.${channel}`), value: t(`status.${status}`) })}
              </Text>
            ))}
            {first && (
              <PageLink to="/messages/$id" params={{ id: first.id }} fz="sm">
                {t('sample.see')}
              </PageLink>
            )}
          </Stack>
        ),
      })
      onAccepted(accepted)
    },
  })

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!('value' in read) || !hasRecipient) return
    send.mutate(
      sampleRequest({ type: entry.type, payload: read.value, email, phone, name, locale, channels, delay }, new Date()),
    )
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Select
          label={t('sample.type')}
          data={entries.map((one) => ({
            value: keyOf(one),
            label: one.audience ? `${one.type} (${t('sample.audience', { audience: one.audience })})` : one.type,
          }))}
          value={key}
          searchable
          allowDeselect={false}
          onChange={(value) => {
            const next = entries.find((one) => keyOf(one) === value)
            if (!next) return
            setKey(keyOf(next))
            setPayload(pretty(next.sample))
            setChannels((now) => now.filter((channel) => next.channels.includes(channel)))
          }}
        />
        <Group grow align="flex-start" preventGrowOverflow={false} gap="sm">
          <TextInput
            miw={180}
            label={t('sample.email')}
            type="email"
            autoComplete="off"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={tried && !hasRecipient && t('sample.needRecipient')}
          />
          <TextInput
            miw={140}
            label={t('sample.phone')}
            type="tel"
            autoComplete="off"
            value={phone}
            onChange={(event) => setPhone(event.currentTarget.value)}
          />
          <TextInput
            miw={120}
            label={t('sample.name')}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        </Group>
        <MagicAddresses email={email} onChoose={setEmail} />
        <Group grow align="flex-start" gap="sm">
          <NativeSelect
            label={t('sample.language')}
            value={locale}
            onChange={(event) => setLocale(event.currentTarget.value)}
            data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
          />
          <NativeSelect
            label={t('sample.later')}
            value={delay}
            onChange={(event) => setDelay(event.currentTarget.value as Delay)}
            data={DELAYS.map((value) => ({ value, label: t(`sample.${value}`) }))}
          />
        </Group>
        <Checkbox.Group
          label={t('sample.channels')}
          description={t('sample.channelsHint')}
          value={channels}
          onChange={(value) => setChannels(value as Channel[])}
        >
          <Group mt={6} gap="md">
            {CHANNELS.map((channel) => (
              <Checkbox
                key={channel}
                value={channel}
                label={t(`channel.${channel}`)}
                disabled={entry.channels.length > 0 && !entry.channels.includes(channel)}
              />
            ))}
          </Group>
        </Checkbox.Group>
        <JsonInput
          label={
            <Group justify="space-between" component="span" w="100%">
              {t('sample.payload')}
            </Group>
          }
          autosize
          minRows={5}
          maxRows={14}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
          value={payload}
          onChange={setPayload}
          error={'problem' in read && t(`sample.${read.problem}`)}
        />
        {send.error && <ProblemNotice error={send.error} />}
        <Group justify="space-between">
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconRestore size={16} aria-hidden />}
            onClick={() => setPayload(pretty(entry.sample))}
          >
            {t('sample.reset')}
          </Button>
          <Button type="submit" loading={send.isPending}>
            {t('sample.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** The catalogue always holds `message.custom`, so there is a first. */
function firstOf(entries: readonly CatalogueEntry[]): CatalogueEntry {
  const first = entries.find(({ channels }) => channels.length > 1) ?? entries[0]
  if (!first) throw new Error('The catalogue is empty')
  return first
}
