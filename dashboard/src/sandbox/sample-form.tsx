import type { CatalogueEntry, NotificationRequest } from '@carillon/client'
import { Button, Checkbox, Group, JsonInput, NativeSelect, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { IconRestore, IconSend } from '@tabler/icons-react'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LANGUAGES } from '../language.ts'
import { eventName } from '../parts/event-name.ts'
import { LANGUAGE_NAMES } from '../shell/user-menu.tsx'
import { CHANNELS, type Channel } from '../vocabulary.ts'
import { MagicAddresses, ORDINARY } from './magic-addresses.tsx'
import {
  DELAYS,
  type Delay,
  type EntryGroup,
  firstSample,
  groupsOf,
  keyOf,
  mayTake,
  readPayload,
  sampleRequest,
  search,
} from './sample.ts'

interface SampleFormProps {
  entries: readonly CatalogueEntry[]
  sending: boolean
  /** Why the last one was refused. */
  problem: ReactNode
  onSend(request: NotificationRequest): void
}

/** What the field shows while nobody has searched: then everything is offered. */
const labelOf = (groups: readonly EntryGroup[], key: string) =>
  groups.flatMap(({ items }) => items).find(({ value }) => value === key)?.label

const pretty = (value: unknown) => JSON.stringify(value, null, 2)

/** The last recipient, kept while the page is open: one sends several samples to the same person. */
const lastRecipient = { ...ORDINARY, name: '' }

export function SampleForm({ entries, sending, problem, onSend }: SampleFormProps) {
  const { t, i18n } = useTranslation()
  const [entry, setEntry] = useState(() => firstSample(entries))
  const [payload, setPayload] = useState(() => pretty(entry.sample))
  const [recipient, setRecipient] = useState(lastRecipient)
  const [locale, setLocale] = useState(i18n.language)
  const [channels, setChannels] = useState<Channel[]>([])
  const [delay, setDelay] = useState<Delay>('now')
  const [tried, setTried] = useState(false)

  const groups = groupsOf(entries, {
    event: eventName,
    pack: (pack) => t(`pack.${pack}`, { defaultValue: pack }),
    audience: (audience) => t(`audience.${audience}`),
  })
  const read = readPayload(payload)
  const hasRecipient = Boolean(recipient.email.trim() || recipient.phone.trim())
  const change = (part: Partial<typeof recipient>) => setRecipient({ ...recipient, ...part })

  const choose = (key: string | null) => {
    const next = entries.find((one) => keyOf(one) === key)
    if (!next) return
    setEntry(next)
    setPayload(pretty(next.sample))
    setChannels((now) => now.filter((channel) => mayTake(next, channel)))
  }

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!('value' in read) || !hasRecipient) return
    Object.assign(lastRecipient, recipient)
    onSend(sampleRequest({ entry, payload: read.value, ...recipient, locale, channels, delay }, new Date()))
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Select
          label={t('sample.type')}
          data={groups}
          value={keyOf(entry)}
          searchable
          filter={({ options, search: asked }) =>
            asked === labelOf(groups, keyOf(entry)) ? options : search(options as EntryGroup[], asked)
          }
          maxDropdownHeight={360}
          nothingFoundMessage={t('sample.nothingFound')}
          allowDeselect={false}
          onChange={choose}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
          <TextInput
            label={t('sample.email')}
            type="email"
            autoComplete="off"
            value={recipient.email}
            onChange={(event) => change({ email: event.currentTarget.value })}
            error={tried && !hasRecipient && t('sample.needRecipient')}
          />
          <TextInput
            label={t('sample.phone')}
            type="tel"
            autoComplete="off"
            value={recipient.phone}
            onChange={(event) => change({ phone: event.currentTarget.value })}
          />
        </SimpleGrid>
        <MagicAddresses email={recipient.email} onChoose={change} />
        <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm" verticalSpacing="sm">
          <TextInput
            label={t('sample.name')}
            autoComplete="off"
            value={recipient.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
          <NativeSelect
            label={t('sample.language')}
            value={locale}
            onChange={(event) => setLocale(event.currentTarget.value)}
            data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
          />
          <NativeSelect
            label={t('sample.when')}
            value={delay}
            onChange={(event) => setDelay(event.currentTarget.value as Delay)}
            data={DELAYS.map((value) => ({ value, label: t(`sample.${value}`) }))}
          />
        </SimpleGrid>
        <Checkbox.Group
          label={t('sample.channels')}
          description={t('sample.channelsHint')}
          value={channels}
          onChange={(value) => setChannels(value as Channel[])}
        >
          <Group mt={8} gap="md">
            {CHANNELS.map((channel) => (
              <Checkbox
                key={channel}
                value={channel}
                label={t(`channel.${channel}`)}
                disabled={!mayTake(entry, channel)}
              />
            ))}
          </Group>
        </Checkbox.Group>
        <JsonInput
          label={t('sample.payload')}
          autosize
          minRows={4}
          maxRows={12}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
          value={payload}
          onChange={setPayload}
          error={'problem' in read && t(`sample.${read.problem}`)}
        />
        {problem}
        <Group justify="space-between">
          <Button
            variant="subtle"
            leftSection={<IconRestore size={16} aria-hidden />}
            onClick={() => setPayload(pretty(entry.sample))}
          >
            {t('sample.reset')}
          </Button>
          <Button type="submit" loading={sending} leftSection={<IconSend size={16} aria-hidden />}>
            {t('sample.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
