import { Button, Pill, Select, type SelectProps, TextInput, type TextInputProps } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconFilterOff, IconSearch, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { catalogueQuery } from '../catalogue/queries.ts'
import { CHANNELS, type Channel } from '../vocabulary.ts'
import { Empty } from './empty.tsx'
import { eventName } from './event-name.ts'
import { ButtonLink } from './link.tsx'
import { PERIODS } from './search.ts'

interface ChosenProps {
  value: string | undefined
  onChange(value: string | null): void
}

interface ChoiceProps extends ChosenProps, Pick<SelectProps, 'data' | 'searchable'> {
  label: string
  /** What it says while all are shown. */
  any: string
  width: number
}

/** One filter of a list; two stand beside each other on a phone. */
export const Choice = ({ label, any, value, width, ...props }: ChoiceProps) => (
  <Select
    {...props}
    aria-label={label}
    placeholder={any}
    value={value ?? null}
    clearable
    w={{ base: 'calc(50% - 6px)', xs: width }}
  />
)

export function ChannelChoice({ channels = CHANNELS, ...chosen }: ChosenProps & { channels?: readonly Channel[] }) {
  const { t } = useTranslation()
  return (
    <Choice
      {...chosen}
      label={t('messages.channel')}
      any={t('messages.anyChannel')}
      data={channels.map((value) => ({ value, label: t(`channel.${value}`) }))}
      width={158}
    />
  )
}

/** Of the catalogue's types, and the chosen one although the catalogue may no longer have it. */
export function TypeChoice(chosen: ChosenProps) {
  const { t } = useTranslation()
  const known = useQuery(catalogueQuery).data?.items.map(({ type }) => type) ?? []
  return (
    <Choice
      {...chosen}
      label={t('messages.type')}
      any={t('messages.anyType')}
      data={[...new Set([...known, ...(chosen.value ? [chosen.value] : [])])]
        .map((value) => ({ value, label: eventName(value) }))
        .sort((a, b) => a.label.localeCompare(b.label))}
      searchable
      width={210}
    />
  )
}

export function PeriodChoice(chosen: ChosenProps) {
  const { t } = useTranslation()
  return (
    <Choice
      {...chosen}
      label={t('messages.period')}
      any={t('messages.periodAny')}
      data={PERIODS.map((value) => ({ value, label: t(`messages.period${value}`) }))}
      width={180}
    />
  )
}

/** A filter that is set elsewhere than in a field, and can be taken away here. */
export function FilterPill({ label, onRemove }: { label: string; onRemove(): void }) {
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

export function ClearFilters({ onClear }: { onClear(): void }) {
  const { t } = useTranslation()
  return (
    <Button variant="subtle" size="compact-sm" leftSection={<IconX size={14} aria-hidden />} onClick={onClear}>
      {t('messages.clear')}
    </Button>
  )
}

/** What a list says when its filters leave nothing. */
export function NothingMatches({
  to,
  text,
}: {
  to: '/messages' | '/failed' | '/audit' | '/campaigns' | '/bookings/quotes' | '/bookings/professionals'
  text: string
}) {
  const { t } = useTranslation()
  return (
    <Empty icon={IconFilterOff} title={t('messages.none')} text={text}>
      <ButtonLink to={to} variant="default" mt="sm">
        {t('messages.clear')}
      </ButtonLink>
    </Empty>
  )
}

const TYPED_MS = 250

interface SearchFieldProps extends Pick<TextInputProps, 'w' | 'maw' | 'mb'> {
  label: string
  value: string | undefined
  onSearch(typed: string): void
}

/** Searches as somebody types, when they pause. */
export function SearchField({ label, value, onSearch, ...place }: SearchFieldProps) {
  const search = useDebouncedCallback(onSearch, TYPED_MS)
  return (
    <TextInput
      {...place}
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={16} aria-hidden />}
      defaultValue={value ?? ''}
      onChange={(event) => search(event.currentTarget.value)}
    />
  )
}
