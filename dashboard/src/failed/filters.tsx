import { Button, Group, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ChannelChoice, Choice, ClearFilters, FilterPill, PeriodChoice, TypeChoice } from '../parts/filters.tsx'
import { useNumber } from '../parts/number.ts'
import { isFiltered } from '../parts/search.ts'
import type { DeadLetterSummary } from './queries.ts'
import { FAILURES, type FailedSearch, failedSearch } from './search.ts'

interface FiltersProps {
  search: FailedSearch
  /** Of all reasons, within the other filters. */
  summary: DeadLetterSummary | undefined
  contactName: string | null | undefined
}

export function Filters({ search, summary, contactName }: FiltersProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const change = (part: Record<string, unknown>) =>
    void navigate({ to: '/failed', search: failedSearch({ ...search, ...part }) })
  const counts = new Map(summary?.byReason.map(({ reason, count }) => [reason, count]))

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
        <ChannelChoice value={search.channel} onChange={(channel) => change({ channel })} />
        <TypeChoice value={search.type} onChange={(type) => change({ type })} />
        <Choice
          label={t('failed.code')}
          any={t('failed.anyCode')}
          data={codesOf(summary, search)}
          value={search.code}
          onChange={(code) => change({ code })}
          searchable
          width={190}
        />
        <PeriodChoice value={search.period} onChange={(period) => change({ period })} />
        {search.contactId && (
          <FilterPill
            label={t('messages.contactFilter', { name: contactName ?? search.contactId.slice(-8) })}
            onRemove={() => change({ contactId: undefined })}
          />
        )}
        {isFiltered(search) && <ClearFilters onClear={() => void navigate({ to: '/failed', search: {} })} />}
      </Group>
    </>
  )
}

interface ReasonProps {
  name: string
  count: number
  chosen: boolean
  onClick(): void
}

function Reason({ name, count, chosen, onClick }: ReasonProps) {
  const number = useNumber()
  return (
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
}

/** The carrier's codes there are, of the chosen reason. */
function codesOf(summary: DeadLetterSummary | undefined, search: FailedSearch): string[] {
  const known =
    summary?.byCode.filter(({ reason, code }) => code !== null && reason === (search.reason ?? reason)) ?? []
  return [...new Set([...known.map(({ code }) => String(code)), ...(search.code ? [search.code] : [])])].sort()
}
