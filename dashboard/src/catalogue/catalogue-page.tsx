import type { CatalogueEntry } from '@carillon/client'
import { Button, Group, Skeleton, Switch, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { BackLink } from '../parts/back.tsx'
import { eventName } from '../parts/event-name.ts'
import { SearchField } from '../parts/filters.tsx'
import { Mark } from '../parts/mark.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNotice, toastProblem } from '../parts/problem.tsx'
import { useMay } from '../session/session.ts'
import classes from './catalogue.module.css'
import { ChoiceForm } from './choice-form.tsx'
import { catalogueQuery } from './queries.ts'

const route = getRouteApi('/inside/catalogue')

export type Changes = Parameters<typeof carillon.catalogue.update>[1]

/** Every event and who hears of it: on which channels, how urgently, or not at all. */
export function CataloguePage() {
  const { t } = useTranslation()
  const { search = '' } = route.useSearch()
  const navigate = useNavigate()
  const { data, error, isPending, refetch } = useQuery(catalogueQuery)
  const [edited, setEdited] = useState<CatalogueEntry | null>(null)
  const wanted = search.toLowerCase()
  const entries = (data?.items ?? [])
    .filter(({ type, audience }) =>
      `${eventName(type)} ${type} ${t(`audience.${audience}`)}`.toLowerCase().includes(wanted),
    )
    .sort((a, b) => eventName(a.type).localeCompare(eventName(b.type)))
  return (
    <Page
      title={t('catalogue.title')}
      intro={t('catalogue.intro')}
      back={<BackLink to="/templates">{t('templates.title')}</BackLink>}
    >
      <SearchField
        label={t('templates.search')}
        value={search || undefined}
        onSearch={(typed) => void navigate({ to: '/catalogue', search: { search: typed || undefined }, replace: true })}
        w={{ base: '100%', xs: 280 }}
        mb="md"
      />
      {error && <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton h={320} aria-label={t('app.loading')} />}
      {data && entries.length === 0 && <Text c="dimmed">{t('catalogue.none')}</Text>}
      {entries.length > 0 && (
        <ul className={classes.list} aria-label={t('catalogue.title')}>
          {entries.map((entry) => (
            <Row key={`${entry.type} ${entry.audience}`} entry={entry} onEdit={() => setEdited(entry)} />
          ))}
        </ul>
      )}
      {edited && <ChoiceForm entry={edited} onClose={() => setEdited(null)} />}
    </Page>
  )
}

/** Changes an entry and shows it as the server has it then. */
export function useChange({ type, audience }: Pick<CatalogueEntry, 'type' | 'audience'>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (changes: Changes) => carillon.catalogue.update({ type, audience }, changes),
    onSuccess: (changed) =>
      queryClient.setQueryData(catalogueQuery.queryKey, (known) =>
        known
          ? {
              items: known.items.map((entry) =>
                entry.type === changed.type && entry.audience === changed.audience ? changed : entry,
              ),
            }
          : known,
      ),
    onError: toastProblem,
  })
}

function Row({ entry, onEdit }: { entry: CatalogueEntry; onEdit(): void }) {
  const { t } = useTranslation()
  const may = useMay()
  const change = useChange(entry)
  const { type, audience, channels, lane, offsetMinutes, enabled, mayBe } = entry
  const isOwn =
    JSON.stringify(channels) !== JSON.stringify(entry.byDefault.channels) ||
    lane !== entry.byDefault.lane ||
    Boolean(offsetMinutes)
  const isChangeable = mayBe.channels.length > 1 || mayBe.lanes.length > 1 || mayBe.shifted
  const name = eventName(type)
  const who = t(`audience.${audience}`)
  const names = ('all' in channels ? channels.all : channels.firstOf).map((channel) => t(`channel.${channel}`))
  return (
    <li className={classes.row}>
      <div className={classes.name}>
        <Text fz="sm" fw={550}>
          {name}
        </Text>
        <Text fz="xs" c="dimmed">
          {who}
        </Text>
      </div>
      <div className={classes.how}>
        <Text fz="sm" component="span">
          {names.join('all' in channels ? ' + ' : ' → ')}
        </Text>
        <Text fz="xs" c="dimmed">
          {t(`lane.${lane}`)}
          {offsetMinutes ? ` (${t('catalogue.shifted', { minutes: offsetMinutes })})` : ''}
        </Text>
        {isOwn && <Mark>{t('catalogue.own')}</Mark>}
      </div>
      <Group gap="md" wrap="nowrap" justify="flex-end">
        {may('settings.manage') && isChangeable && (
          <Button
            variant="subtle"
            size="compact-sm"
            aria-label={t('catalogue.changeLabel', { type: name, who })}
            onClick={onEdit}
          >
            {t('catalogue.change')}
          </Button>
        )}
        {mayBe.off ? (
          <Switch
            aria-label={t('catalogue.onLabel', { type: name, who })}
            checked={change.isPending ? (change.variables.enabled ?? enabled) : enabled}
            disabled={!may('settings.manage')}
            onChange={(event) => change.mutate({ enabled: event.currentTarget.checked })}
          />
        ) : (
          <Mark>{t('catalogue.alwaysOn')}</Mark>
        )}
      </Group>
    </li>
  )
}
