import { Button, Group, Pill, Select, Text } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { isFiltered, PERIODS, type Period } from '../messages/search.ts'
import type { DeadLetterSummary } from '../queries.ts'
import { catalogueQuery } from '../queries.ts'
import { CHANNELS } from '../vocabulary.ts'
import { FAILURES, type FailedSearch, failedSearch } from './search.ts'

interface FiltersProps {
  search: FailedSearch
  /** Of all reasons, within the other filters. */
  summary: DeadLetterSummary | undefined
  contactName: string | null | undefined
}

export function Filters({ search, summary, contactName }: FiltersProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const navigate = useNavigate()
  const catalogue = useQuery(catalogueQuery)
  const change = (part: Record<string, unknown>) =>
    void navigate({ to: '/failed', search: failedSearch({ ...search, ...part }) })
  const number = (value: number) => new Intl.NumberFormat(format).format(value)
  const counts = new Map(summary?.byReason.map(({ reason, count }) => [reason, count]))
  const types = [
    ...new Set([...(catalogue.data?.items.map(({ type }) => type) ?? []), ...(search.type ? [search.type] : [])]),
  ].sort()

  const Reason = ({
    name,
    count,
    chosen,
    onClick,
  }: {
    name: string
    count: number
    chosen: boolean
    onClick(): void
  }) => (
    <Button
      size="sm"
      variant={chosen ? 'light' : 'default'}
      aria-pressed={chosen}
      onClick={onClick}
      rightSection={
        <Text component="span" fz="sm" c={chosen ? 'inherit' : 'dimmed'} fw={600}>
          {number(count)}
        </Text>
      }
    >
      {name}
    </Button>
  )

  return (
    <>
      {summary && (summary.total > 0 || search.reason) && (
        <Group gap="xs" mb="md" role="group" aria-label={t('failed.reasons')}>
          <Reason
            name={t('failed.all')}
            count={summary.total}
            chosen={!search.reason}
            onClick={() => change({ reason: undefined })}
          />
          {FAILURES.filter((reason) => counts.has(reason) || reason === search.reason).map((reason) => (
            <Reason
              key={reason}
              name={t(`failure.${reason}`)}
              count={counts.get(reason) ?? 0}
              chosen={reason === search.reason}
              onClick={() => change({ reason: reason === search.reason ? undefined : reason })}
            />
          ))}
        </Group>
      )}
      {search.reason && (
        <Text fz="sm" c="dimmed" mb="md">
          {t(`failureHint.${search.reason}`)}
        </Text>
      )}
      <Group gap="sm" mb="md">
        <Select
          aria-label={t('messages.channel')}
          placeholder={t('messages.anyChannel')}
          data={CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) }))}
          value={search.channel ?? null}
          onChange={(channel) => change({ channel })}
          clearable
          w={{ base: 'calc(50% - 6px)', xs: 158 }}
        />
        <Select
          aria-label={t('messages.type')}
          placeholder={t('messages.anyType')}
          data={types}
          value={search.type ?? null}
          onChange={(type) => change({ type })}
          searchable
          clearable
          w={{ base: 'calc(50% - 6px)', xs: 210 }}
        />
        <Select
          aria-label={t('failed.code')}
          placeholder={t('failed.anyCode')}
          data={codesOf(summary, search)}
          value={search.code ?? null}
          onChange={(code) => change({ code })}
          searchable
          clearable
          w={{ base: 'calc(50% - 6px)', xs: 190 }}
        />
        <Select
          aria-label={t('messages.period')}
          placeholder={t('messages.periodAny')}
          data={(Object.keys(PERIODS) as Period[]).map((value) => ({ value, label: t(`messages.period${value}`) }))}
          value={search.period ?? null}
          onChange={(period) => change({ period })}
          clearable
          w={{ base: 'calc(50% - 6px)', xs: 180 }}
        />
        {search.contactId && (
          <Pill
            size="md"
            withRemoveButton
            onRemove={() => change({ contactId: undefined })}
            removeButtonProps={{ 'aria-label': t('messages.removeFilter') }}
          >
            {t('messages.contactFilter', { name: contactName ?? search.contactId.slice(-8) })}
          </Pill>
        )}
        {isFiltered(search) && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconX size={14} aria-hidden />}
            onClick={() => void navigate({ to: '/failed', search: {} })}
          >
            {t('messages.clear')}
          </Button>
        )}
      </Group>
    </>
  )
}

/** The carrier's codes there are, of the chosen reason. */
function codesOf(summary: DeadLetterSummary | undefined, search: FailedSearch): string[] {
  const known =
    summary?.byCode.filter(({ reason, code }) => code !== null && reason === (search.reason ?? reason)) ?? []
  return [...new Set([...known.map(({ code }) => String(code)), ...(search.code ? [search.code] : [])])].sort()
}
