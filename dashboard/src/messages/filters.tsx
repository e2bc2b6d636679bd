import { CarillonError } from '@carillon/client'
import { Group, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconSearch } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { ChannelChoice, Choice, ClearFilters, FilterPill, PeriodChoice, TypeChoice } from '../parts/filters.tsx'
import { toastProblem } from '../parts/problem.tsx'
import { isFiltered } from '../parts/search.ts'
import { STATUSES } from '../vocabulary.ts'
import { messageQuery } from './queries.ts'
import { type MessageSearch, messageSearch, soughtBy } from './search.ts'

interface FiltersProps {
  search: MessageSearch
  /** The name of the contact that is filtered by, when a row on screen tells it. */
  contactName?: string | null | undefined
}

export function Filters({ search, contactName }: FiltersProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [typed, setTyped] = useState(search.address ?? '')
  useEffect(() => setTyped(search.address ?? ''), [search.address])

  const change = (part: Record<string, unknown>) =>
    void navigate({ to: '/messages', search: messageSearch({ ...search, ...part }) })

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
        <Choice
          label={t('messages.status')}
          any={t('messages.anyStatus')}
          data={STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))}
          value={search.status}
          onChange={(status) => change({ status })}
          width={158}
        />
        <ChannelChoice value={search.channel} onChange={(channel) => change({ channel })} />
        <TypeChoice value={search.type} onChange={(type) => change({ type })} />
        <PeriodChoice value={search.period} onChange={(period) => change({ period })} />
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
          <ClearFilters onClear={() => void navigate({ to: '/messages', search: {} })} />
        </Group>
      )}
    </>
  )
}
