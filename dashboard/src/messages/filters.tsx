import { CarillonError } from '@carillon/client'
import { Button, Group, Pill, Select, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconSearch, IconX } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { toastProblem } from '../parts/problem.tsx'
import { catalogueQuery, messageQuery } from '../queries.ts'
import { CHANNELS, STATUSES } from '../vocabulary.ts'
import { isFiltered, type MessageSearch, messageSearch, PERIODS, type Period, soughtBy } from './search.ts'

interface FiltersProps {
  search: MessageSearch
  /** The name of the contact that is filtered by, when a row on screen tells it. */
  contactName?: string | null | undefined
}

export function Filters({ search, contactName }: FiltersProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const catalogue = useQuery(catalogueQuery)
  const [typed, setTyped] = useState(search.address ?? '')
  useEffect(() => setTyped(search.address ?? ''), [search.address])

  const change = (part: MessageSearch) => void navigate({ to: '/messages', search: { ...search, ...part } })

  const openReference = async (id: string) => {
    try {
      await queryClient.fetchQuery(messageQuery(id))
      await navigate({ to: '/messages/$id', params: { id } })
    } catch (error) {
      if (!(error instanceof CarillonError) || error.status !== 404) return toastProblem(error)
      const isNotification = await carillon.notifications.get(id).then(
        () => true,
        () => false,
      )
      if (isNotification) return navigate({ to: '/notifications/$id', params: { id } })
      notifications.show({ color: 'gray', message: t('messages.noReference') })
    }
  }

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const sought = soughtBy(typed)
    if (sought.kind === 'reference') return void openReference(sought.id)
    if (sought.kind === 'type') {
      setTyped('')
      return change({ type: sought.type, address: undefined })
    }
    change({ address: sought.kind === 'address' ? sought.address : undefined })
  }

  const types = [
    ...new Set([...(catalogue.data?.items.map(({ type }) => type) ?? []), ...(search.type ? [search.type] : [])]),
  ].sort()

  return (
    <>
      <Group gap="sm" align="flex-end" mb="md">
        <form onSubmit={submit} style={{ flex: '1 1 240px', minWidth: 220 }}>
          <TextInput
            type="search"
            aria-label={t('messages.search')}
            placeholder={t('messages.searchPlaceholder')}
            leftSection={<IconSearch size={17} aria-hidden />}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        </form>
        <Select
          aria-label={t('messages.status')}
          placeholder={t('messages.anyStatus')}
          data={STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))}
          value={search.status ?? null}
          onChange={(status) => change(messageSearch({ ...search, status }))}
          clearable
          w={{ base: 'calc(50% - 6px)', xs: 158 }}
        />
        <Select
          aria-label={t('messages.channel')}
          placeholder={t('messages.anyChannel')}
          data={CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) }))}
          value={search.channel ?? null}
          onChange={(channel) => change(messageSearch({ ...search, channel }))}
          clearable
          w={{ base: 'calc(50% - 6px)', xs: 158 }}
        />
        <Select
          aria-label={t('messages.type')}
          placeholder={t('messages.anyType')}
          data={types}
          value={search.type ?? null}
          onChange={(type) => change({ type: type ?? undefined })}
          searchable
          clearable
          w={{ base: 'calc(50% - 6px)', xs: 210 }}
        />
        <Select
          aria-label={t('messages.period')}
          placeholder={t('messages.periodAny')}
          data={(Object.keys(PERIODS) as Period[]).map((value) => ({ value, label: t(`messages.period${value}`) }))}
          value={search.period ?? null}
          onChange={(period) => change(messageSearch({ ...search, period }))}
          clearable
          w={{ base: 'calc(50% - 6px)', xs: 180 }}
        />
      </Group>
      {isFiltered(search) && (
        <Group gap="xs" mb="md">
          {search.address && <FilterPill label={search.address} onRemove={() => change({ address: undefined })} />}
          {search.contactId && (
            <FilterPill
              label={t('messages.contactFilter', { name: contactName ?? search.contactId.slice(-8) })}
              onRemove={() => change({ contactId: undefined })}
            />
          )}
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconX size={14} aria-hidden />}
            onClick={() => void navigate({ to: '/messages', search: {} })}
          >
            {t('messages.clear')}
          </Button>
        </Group>
      )}
    </>
  )
}

function FilterPill({ label, onRemove }: { label: string; onRemove(): void }) {
  const { t } = useTranslation()
  return (
    <Pill
      size="md"
      withRemoveButton
      onRemove={onRemove}
      removeButtonProps={{ 'aria-label': t('messages.removeFilter') }}
    >
      {label}
    </Pill>
  )
}
